"""What a job may import: `import broodbox; broodbox.result({...})` hands one JSON value back."""

import json

import _broodbox_channel


def result(value):
    """Hands `value` back as the job's result. JSON only: NaN and infinities are a ValueError, and so is a second call.

    The value must survive JSON: dict with string keys, list, str, bool, None, int within 2**53, finite float.
    """
    text = json.dumps(value, allow_nan=False, ensure_ascii=True, separators=(",", ":"))
    _broodbox_channel.send_result(text.encode("ascii"))
