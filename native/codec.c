#include "codec.h"

#include <errno.h>
#include <pb_decode.h>
#include <pb_encode.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"

_Static_assert(sizeof((broodbox_Output *)0)->data.bytes == CODEC_CHUNK_MAX, "Output.data");
_Static_assert(sizeof((broodbox_ArtifactChunk *)0)->data.bytes == CODEC_CHUNK_MAX, "ArtifactChunk");
_Static_assert(sizeof((broodbox_FileChunk *)0)->data.bytes == CODEC_CHUNK_MAX, "FileChunk.data");
_Static_assert(sizeof((broodbox_SpecChunk *)0)->data.bytes == CODEC_CHUNK_MAX, "SpecChunk.data");
_Static_assert(sizeof((broodbox_StdinChunk *)0)->data.bytes == CODEC_CHUNK_MAX, "StdinChunk.data");
_Static_assert(broodbox_Request_size <= FRAME_MAX && broodbox_ToInit_size <= FRAME_MAX,
               "frames in");
_Static_assert(broodbox_Event_size <= FRAME_MAX && broodbox_FromInit_size <= FRAME_MAX,
               "frames out");

/*
 * An envelope is one `oneof` and must be exactly one length-delimited field. nanopb alone takes several
 * members (the last one wins, a repeated one is merged) and skips unknown ones; the supervisor's side
 * refuses both, and so do we.
 */
static bool is_one_field(const uint8_t *body, size_t size)
{
    pb_istream_t stream = pb_istream_from_buffer(body, size);
    pb_wire_type_t type;
    uint32_t tag, length;
    bool eof;

    return pb_decode_tag(&stream, &type, &tag, &eof) && type == PB_WT_STRING &&
           pb_decode_varint32(&stream, &length) && length == stream.bytes_left;
}

static int decode(const pb_msgdesc_t *fields, const uint8_t *body, size_t size, void *ret)
{
    if (!is_one_field(body, size))
        return -EBADMSG;
    pb_istream_t stream = pb_istream_from_buffer(body, size);
    return pb_decode(&stream, fields, ret) ? 0 : -EBADMSG;
}

int codec_decode_request(const uint8_t *body, size_t size, broodbox_Request *ret)
{
    int r = decode(broodbox_Request_fields, body, size, ret);

    /* An unknown member was skipped and left the oneof unset. */
    return r == 0 && ret->which_body == 0 ? -EBADMSG : r;
}

int codec_decode_to_init(const uint8_t *body, size_t size, broodbox_ToInit *ret)
{
    int r = decode(broodbox_ToInit_fields, body, size, ret);

    return r == 0 && ret->which_body == 0 ? -EBADMSG : r;
}

static int encode(const pb_msgdesc_t *fields, const void *message, uint8_t *buffer, size_t capacity,
                  size_t *ret_size)
{
    pb_ostream_t stream = pb_ostream_from_buffer(buffer, capacity);

    if (!pb_encode_ex(&stream, fields, message, PB_ENCODE_DELIMITED))
        return -EMSGSIZE;
    *ret_size = stream.bytes_written;
    return 0;
}

int codec_encode_event(const broodbox_Event *event, uint8_t *buffer, size_t capacity,
                       size_t *ret_size)
{
    if (event->which_body == 0)
        return -EINVAL;
    return encode(broodbox_Event_fields, event, buffer, capacity, ret_size);
}

int codec_encode_from_init(const broodbox_FromInit *message, uint8_t *buffer, size_t capacity,
                           size_t *ret_size)
{
    if (message->which_body == 0)
        return -EINVAL;
    return encode(broodbox_FromInit_fields, message, buffer, capacity, ret_size);
}
