/*
 * Messages to bytes and back, by nanopb into storage of the caller: nothing is allocated. The structs are
 * large (a Request is 57 KiB, a FromInit 61 KiB), so the storage is static, not on the stack.
 *
 * Decoding only gives a message its shape; whether its fields can be acted on is for spec_check_*() to say.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "generated/broodbox.pb.h"

/* The most bytes of data in one file, spec, stdin, output or artifact message: 60 KiB. */
#define CODEC_CHUNK_MAX 61440

/* Room for any encoded Event or FromInit with its length prefix, whatever its fields hold. */
#define CODEC_EVENT_MAX (broodbox_Event_size + 5)
#define CODEC_FROM_INIT_MAX (broodbox_FromInit_size + 5)

/* 0, or -EBADMSG: not a message of this kind, out of bounds, or without exactly one known member. */
int codec_decode_request(const uint8_t *body, size_t size, broodbox_Request *ret);
int codec_decode_to_init(const uint8_t *body, size_t size, broodbox_ToInit *ret);

/* Encodes with the length prefix. 0; -EMSGSIZE when it does not fit; -EINVAL when no member is set. */
int codec_encode_event(const broodbox_Event *event, uint8_t *buffer, size_t capacity,
                       size_t *ret_size);
int codec_encode_from_init(const broodbox_FromInit *message, uint8_t *buffer, size_t capacity,
                           size_t *ret_size);
