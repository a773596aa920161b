/**
 * Messages to bytes and back: the door to the generated protobuf code, which only encode.ts and decode.ts
 * beside this file import.
 *
 * The envelope of each channel (a message that is one `oneof`) is read and written by hand, and must hold
 * exactly one field: protobuf itself takes none, several or an unknown one for valid, and its generated
 * setter costs more than the message inside. Unknown fields and wrong wire types are refused too: both
 * sides are built together, so a field that one does not know is a fault and not a newer version.
 */
export { CHUNK_BYTES_MAX, CodecError, JOB_SPEC_BYTES_MAX } from "./bounds.ts";
export { decodeEvent, decodeFromInit, decodeJobMessage } from "./decode.ts";
export { encodeJobSpec, encodeRequest, encodeToInit } from "./encode.ts";
export type * from "./messages.ts";
