"""What a job may import: `import broodbox; broodbox.result({...})` hands one JSON value back."""

import json
import os

import _broodbox_channel


def result(value):
    """Hands `value` back as the job's result. JSON only: NaN and infinities are a ValueError, and so is a second call.

    Only the job's main process may call it (RuntimeError in one that it forked).
    The value must survive JSON: dict with string keys, list, str, bool, None, int within 2**53, finite float.
    """
    if os.getpid() != _broodbox_channel.MAIN_PID:
        raise RuntimeError("a result comes from the job's main process")
    text = json.dumps(value, allow_nan=False, ensure_ascii=True, separators=(",", ":"))
    _broodbox_channel.send_result(text.encode("ascii"))
