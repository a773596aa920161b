"""The job's two channels as protobuf (proto/broodbox.proto, JobSpec and JobMessage), by hand: a dozen lines each way,
where the protobuf package would be 10 MB in every zygote."""

import os

CONTROL, RESULT = 4, 3
MAIN_PID = 2  # of the job's namespace, where init is 1
ERROR_FIELD_BYTES = 65536


def _varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _field(number, data):
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _read_varint(data, at):
    number = shift = 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at
        shift += 7


def read_spec():
    """Reads the control channel to its end: {field number: [bytes, ...]}. Empty when the sandbox was given no job."""
    chunks = []
    while True:
        chunk = os.read(CONTROL, 65536)
        if not chunk:
            break
        chunks.append(chunk)
    os.close(CONTROL)
    data = b"".join(chunks)
    fields = {}
    if not data:
        return fields
    length, at = _read_varint(data, 0)
    if at + length != len(data):
        raise ValueError("the job's specification is incomplete")
    while at < len(data):
        key, at = _read_varint(data, at)
        size, at = _read_varint(data, at)
        fields.setdefault(key >> 3, []).append(data[at : at + size])
        at += size
    return fields


def _send(message):
    data = memoryview(_varint(len(message)) + message)
    while data:
        data = data[os.write(RESULT, data) :]


_sent = False


def send_result(json_bytes):
    global _sent
    if _sent:
        raise ValueError("this job has handed back a result already")
    _sent = True
    _send(_field(1, json_bytes))


def send_error(kind, message, traceback):
    def cap(text):
        return text.encode("utf-8", "replace")[:ERROR_FIELD_BYTES].decode("utf-8", "ignore").encode()

    _send(_field(2, _field(1, cap(kind)) + _field(2, cap(message)) + _field(3, cap(traceback))))
