import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatDurationMs,
  formatSizeBytes,
  parseDurationMs,
  parseSizeBytes,
} from "../../../src/core/units.ts";

describe("parseDurationMs", () => {
  test("reads the units of the contract", () => {
    expect(["500ms", "10s", "2m", "1h", "1.5s", "0.001s"].map(parseDurationMs)).toEqual([
      500, 10_000, 120_000, 3_600_000, 1500, 1,
    ]);
  });
  test("refuses what would be a guess, with a remedy", () => {
    for (const text of [
      "",
      "10",
      "10 s",
      "s",
      "-1s",
      "1e3s",
      "10S",
      "1.0001s",
      "0.5ms",
      "1d",
      "1 ms",
      "１s",
    ]) {
      expect(() => parseDurationMs(text), text).toThrow(/write a number with ms, s, m or h/);
    }
  });
  test("reads back what formatDurationMs writes", () => {
    fc.assert(
      fc.property(fc.nat(), (ms) => {
        expect(parseDurationMs(formatDurationMs(ms))).toBe(ms);
      }),
    );
  });
});

describe("parseSizeBytes", () => {
  test("reads bytes, K, M, G and T", () => {
    expect(["1", "64K", "256M", "1G", "0.5K"].map(parseSizeBytes)).toEqual([
      1, 65_536, 268_435_456, 1_073_741_824, 512,
    ]);
  });
  test("refuses everything else", () => {
    for (const text of [
      "",
      "k",
      "64k",
      "64KB",
      "-1",
      "1.5",
      "99999999999T",
      "constructor",
      "0x10",
    ]) {
      expect(() => parseSizeBytes(text), text).toThrow(/size/);
    }
  });
  test("reads back what formatSizeBytes writes", () => {
    fc.assert(
      fc.property(fc.nat(), (bytes) => {
        expect(parseSizeBytes(formatSizeBytes(bytes))).toBe(bytes);
      }),
    );
  });
});
