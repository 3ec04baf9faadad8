"""Reads folders of event files as TensorBoard does: takes a folder a line, answers a line of JSON."""

import io
import json
import logging
import sys

from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

# It tells of each purge; the answers say what was purged.
logging.getLogger("tensorboard").setLevel(logging.ERROR)


def read(folder):
    events = EventAccumulator(folder, size_guidance={"scalars": 0, "images": 0, "tensors": 0})
    events.Reload()
    tags = events.Tags()
    answer = {"version": events.file_version, "scalars": {}, "images": {}, "texts": {}}
    for tag in tags["scalars"]:
        answer["scalars"][tag] = [[point.step, point.value] for point in events.Scalars(tag)]
    for tag in tags["images"]:
        answer["images"][tag] = rows = []
        for point in events.Images(tag):
            image = Image.open(io.BytesIO(point.encoded_image_string))
            image.load()
            rows.append([point.step, point.width, point.height, *image.size, image.format])
    for tag in tags["tensors"]:
        plugin = events.SummaryMetadata(tag).plugin_data.plugin_name
        answer["texts"][tag] = [
            [point.step, plugin, point.tensor_proto.string_val[0].decode()] for point in events.Tensors(tag)
        ]
    return answer


for line in sys.stdin:
    print(json.dumps(read(line.rstrip("\n"))), flush=True)
