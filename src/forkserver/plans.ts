/** What a cell of one kind looks like, and how that is said on the wire. */
import { SandboxError } from "../core/errors.ts";
import { MAX_BINDS } from "../runtime/catalog.ts";
import type { VisibleFiles } from "../runtime/visible.ts";
import { type Bind, CodecError, encodeRequest } from "../wire/codec.ts";

/** A host file that is bound read-only at /in/NAME: the same cost for one kilobyte and for ten gigabytes. */
export interface InputBind {
  readonly name: string;
  readonly path: string;
}

export interface CellPlan {
  readonly visible: VisibleFiles;
  /** size of the scratch file systems */
  readonly tmpBytes: number;
  /** size of /out, and most files in it */
  readonly outBytes: number;
  readonly outFiles: number;
  readonly inputs: readonly InputBind[];
}

/** A compiled profile, as far as the forkserver needs it. */
export interface Filter {
  readonly digest: string;
  readonly program: Uint8Array;
  readonly refusals: Uint8Array;
  readonly canary: { readonly call: number; readonly errno: number };
  readonly writeExecuteDeny: boolean;
  readonly refusesNetwork: boolean;
  readonly maxDenials: number;
}

const utf8 = new TextEncoder();

/**
 * The plan as a frame. Throws SandboxError `usage` when the inputs cannot be shown that way: that is said
 * here, where the caller's input is to blame, and not when the frame is sent.
 */
export function planFrame(planId: number, plan: CellPlan): Uint8Array {
  const room = MAX_BINDS - plan.visible.binds.length;
  if (plan.inputs.length > room) {
    throw new SandboxError(
      "usage",
      `cannot bind ${plan.inputs.length} input files: a sandbox of this runtime has room for ${room}`,
      { remedy: "pass fewer large inputs, or put them into one archive" },
    );
  }
  const bind = (source: string, target: string): Bind => ({
    source: utf8.encode(source),
    target: utf8.encode(target),
  });
  try {
    return encodeRequest({
      kind: "definePlan",
      planId,
      binds: [
        ...plan.visible.binds.map(({ source, target }) => bind(source, target)),
        ...plan.inputs.map(({ name, path }) => bind(path, `/in/${name}`)),
      ],
      links: plan.visible.links.map(({ path, content }) => ({
        path: utf8.encode(path),
        content: utf8.encode(content),
      })),
      tmpBytes: plan.tmpBytes,
      outBytes: plan.outBytes,
      outFiles: plan.outFiles,
    });
  } catch (error) {
    if (error instanceof CodecError) {
      throw new SandboxError("usage", `cannot show these files in a sandbox: ${error.message}`, {
        cause: error,
      });
    }
    throw error;
  }
}
