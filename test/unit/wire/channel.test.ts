import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { PassThrough } from "node:stream";
import { afterEach, describe, expect, test } from "vitest";
import { Channel, ChannelError, SEND_QUEUE_BYTES_MAX } from "../../../src/wire/channel.ts";
import { FrameError } from "../../../src/wire/frame.ts";

const opened: Socket[] = [];

afterEach(() => {
  for (const socket of opened.splice(0)) socket.destroy();
});

/** Two ends of one connection. */
async function socketPair(): Promise<[Socket, Socket]> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no address");
  const near = connect(address.port, "127.0.0.1");
  const [far] = (await once(server, "connection")) as [Socket];
  server.close();
  opened.push(near, far);
  far.on("error", () => undefined);
  return [near, far];
}

/** A channel whose messages are texts of up to 127 bytes, and what happened on it. */
function textChannel(stream: Socket | PassThrough) {
  const happened: string[] = [];
  const errors: Error[] = [];
  let settle: () => void = () => undefined;
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const channel: Channel<string, string> = new Channel<string, string>({
    name: "the test",
    readable: stream,
    writable: stream,
    encode: (text) => Buffer.from([text.length, ...Buffer.from(text)]),
    decode: (body) => {
      const text = Buffer.from(body).toString();
      if (text === "invalid") throw new Error("not a message");
      return text;
    },
    onMessage: (text) => {
      happened.push(text);
      if (text === "stop") channel.destroy();
    },
    onError: (error) => {
      happened.push("(error)");
      errors.push(error);
      settle();
    },
    onEnd: () => {
      happened.push("(end)");
      settle();
    },
  });
  return { channel, happened, errors, settled };
}

describe("Channel receives", () => {
  test("messages in order and then the end", async () => {
    const [near, far] = await socketPair();
    const { channel, happened, settled } = textChannel(near);
    far.write("\x01a\x02b");
    far.end("b\x00\x01c");
    await settled;
    expect(happened).toEqual(["a", "bb", "", "c", "(end)"]);
    expect(channel.isOpen).toBe(false);
  });

  test("an error when the stream ends within a frame", async () => {
    const [near, far] = await socketPair();
    const { happened, errors, settled } = textChannel(near);
    far.end("\x01a\x05b");
    await settled;
    expect(happened).toEqual(["a", "(error)"]);
    expect(errors[0]).toBeInstanceOf(FrameError);
  });

  test("an error for a bad frame, once, and nothing after it", async () => {
    const [near, far] = await socketPair();
    const { happened, errors, settled } = textChannel(near);
    far.write("\x01a");
    await once(near, "data");
    far.end(Buffer.from([0x80, 0x00, 1, 98]));
    await settled;
    await once(near, "close");
    expect(happened).toEqual(["a", "(error)"]);
    expect(errors).toHaveLength(1);
  });

  test("an error for a message that does not decode, and drops what follows", async () => {
    const [near, far] = await socketPair();
    const { happened, errors, settled } = textChannel(near);
    far.end("\x01a\x07invalid\x01b");
    await settled;
    expect(happened).toEqual(["a", "(error)"]);
    expect(errors[0]?.message).toBe("not a message");
  });

  test("an error when the connection breaks off", async () => {
    const [near, far] = await socketPair();
    const { happened, settled } = textChannel(near);
    far.resetAndDestroy();
    await settled;
    expect(happened).toEqual(["(error)"]);
  });

  test("an error when somebody destroys the stream below it", async () => {
    const stream = new PassThrough();
    const { errors, settled } = textChannel(stream);
    stream.destroy();
    await settled;
    expect(errors[0]).toBeInstanceOf(ChannelError);
  });

  test("nothing more once a handler destroyed it", async () => {
    const [near, far] = await socketPair();
    const { happened } = textChannel(near);
    far.write("\x04stop\x01a");
    await once(near, "close");
    expect(happened).toEqual(["stop"]);
  });
});

describe("Channel sends", () => {
  test("at once while the socket takes it, and frames as they are", async () => {
    const [near, far] = await socketPair();
    const { channel } = textChannel(near);
    expect(channel.send("hello")).toBeUndefined();
    expect(channel.sendFrames(Buffer.from("\x01a\x01b"))).toBeUndefined();
    channel.end();
    const chunks: Buffer[] = [];
    for await (const chunk of far) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toBe("\x05hello\x01a\x01b");
  });

  test("with a promise that resolves when a full socket has drained", async () => {
    const [near, far] = await socketPair();
    const { channel } = textChannel(near);
    const full = channel.sendFrames(Buffer.alloc(4 * 1024 * 1024));
    expect(full).toBeInstanceOf(Promise);
    expect(channel.send("more")).toBe(full);
    far.resume();
    await full;
    expect(channel.send("again")).toBeUndefined();
  });

  test("with a promise that rejects when the connection ends first", async () => {
    const [near, far] = await socketPair();
    const { channel } = textChannel(near);
    const full = channel.sendFrames(Buffer.alloc(4 * 1024 * 1024));
    far.resetAndDestroy();
    await expect(full).rejects.toThrow();
  });

  test("with a promise that rejects when it is destroyed", async () => {
    const [near] = await socketPair();
    const { channel, happened } = textChannel(near);
    const full = channel.sendFrames(Buffer.alloc(4 * 1024 * 1024));
    channel.destroy();
    channel.destroy();
    await expect(full).rejects.toBeInstanceOf(ChannelError);
    expect(() => channel.send("late")).toThrow("the channel is closed");
    expect(happened).toEqual([]);
  });

  test("nothing when nobody waited for a full socket", async () => {
    const [near] = await socketPair();
    const { channel } = textChannel(near);
    const full = channel.sendFrames(Buffer.alloc(SEND_QUEUE_BYTES_MAX * 2));
    expect(() => channel.send("more")).toThrow("wait to be sent");
    channel.destroy();
    await expect(full).rejects.toBeInstanceOf(ChannelError);
  });
});
