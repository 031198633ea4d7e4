"""Tells the driver what the bot saw: one JSON object a line."""

import json
import os

BASE = os.environ["BASE"]
HOOK_PORT = int(os.environ["HOOK_PORT"])
HOOK_URL = f"http://127.0.0.1:{HOOK_PORT}/hook"


def report(saw, **what):
    print(json.dumps({"saw": saw, **what}, ensure_ascii=False), flush=True)
