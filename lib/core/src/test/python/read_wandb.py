"""Reads the offline run files below a folder back, by wandb's own reader: python read_wandb.py FOLDER prints JSON."""
import json
import sys
from pathlib import Path

from wandb.proto import wandb_internal_pb2
from wandb.sdk.internal import datastore

found = {"runs": 0, "config": {}, "history": [], "name": None, "project": None, "exits": 0}
for file in Path(sys.argv[1]).rglob("run-*.wandb"):
    found["runs"] += 1
    store = datastore.DataStore()
    store.open_for_scan(str(file))
    while True:
        data = store.scan_data()
        if data is None:
            break
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
                key = item.key or ".".join(item.nested_key)
                row[key] = json.loads(item.value_json)
            row["step"] = record.history.step.num
            found["history"].append(row)
        elif kind == "exit":
            found["exits"] += 1
print(json.dumps(found))
