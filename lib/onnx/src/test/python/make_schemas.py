"""Writes the declarations of PyTorch's operators that have a translation to ONNX.

python make_schemas.py ../../main/java/dev/limelight/onnx/pt2/operators \
    ../../main/resources/dev/limelight/onnx/torchscript/aten-schemas.txt
"""

import pathlib
import re
import sys

import torch

# Words of the translations that are no operators.
NONE = {"tensor", "indices", "diagonal", "mode", "threshold"}

words = set()
for file in pathlib.Path(sys.argv[1]).glob("*.java"):
    words |= set(re.findall(r'"(\w+(?:\.\w+)?)\.?"', file.read_text()))
kinds = {"Tensor", "Scalar", "Tensor_mode", "Scalar_mode", "default"}
found = {}
for schema in torch._C._jit_get_all_schemas():
    namespace, name = schema.name.split("::")
    overload = schema.overload_name or "default"
    named = f"{name}.{overload}" in words or name in words and overload in kinds
    wanted = named or name == "_convolution"
    text = str(schema)
    tensors = "Tensor" in text.rsplit(" -> ", 1)[1] and "out)" not in text and "Dimname" not in text
    if namespace == "aten" and wanted and tensors and name not in NONE:
        found[f"{name}.{overload}"] = re.sub(r"\bSymInt\b", "int", str(schema))
pathlib.Path(sys.argv[2]).write_text("\n".join(found.values()) + "\n")
print(len(found))
