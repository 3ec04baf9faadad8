"""Reads the offline run files below a folder back: python read_wandb.py FOLDER prints JSON.

The client has no reader of its own any more; its records are its own protobuf classes, in the framing of LevelDB's log: blocks of
32 KiB, in which each piece has a checksum (4 bytes), its length (2) and its kind (1: whole, 2: first, 3: middle, 4: last)."""
import json
import struct
import sys
from pathlib import Path

from wandb.proto import wandb_internal_pb2

BLOCK = 32768


def records(data):
    assert data[:4] == b":W&B", data[:8]
    at, whole = 7, b""
    while at + 7 <= len(data):
        if BLOCK - at % BLOCK < 7:
            at += BLOCK - at % BLOCK
            continue
        _, length, kind = struct.unpack("<IHB", data[at:at + 7])
        if kind == 0:
            break
        whole = data[at + 7:at + 7 + length] if kind in (1, 2) else whole + data[at + 7:at + 7 + length]
        at += 7 + length
        if kind in (1, 4):
            yield whole


found = {"runs": 0, "config": {}, "history": [], "name": None, "project": None, "exits": 0}
for file in Path(sys.argv[1]).rglob("run-*.wandb"):
    found["runs"] += 1
    for data in records(file.read_bytes()):
        record = wandb_internal_pb2.Record()
        record.ParseFromString(data)
        kind = record.WhichOneof("record_type")
        if kind == "run":
            found["name"], found["project"] = record.run.display_name, record.run.project
            for item in record.run.config.update:
                found["config"][item.key] = json.loads(item.value_json)
        elif kind == "history":
            row = {}
            for item in record.history.item:
                *outer, last = list(item.nested_key) or [item.key]
                place = row
                for key in outer:
                    place = place.setdefault(key, {})
                place[last] = json.loads(item.value_json)
            row["step"] = record.history.step.num
            found["history"].append(row)
        elif kind == "exit":
            found["exits"] += 1
print(json.dumps(found))
