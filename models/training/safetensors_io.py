"""Read and write safetensors files with numpy alone."""
import json
import struct

import numpy as np

DTYPES = {"F16": "<f2", "F32": "<f4"}


def save(path, tensors, metadata=None, dtype="F16"):
    """tensors: name -> numpy array. The header is padded with spaces to 8 bytes, tensors lie one after the other."""
    header, offset, arrays = {"__metadata__": metadata or {}}, 0, []
    for name in sorted(tensors):
        a = np.ascontiguousarray(tensors[name].astype(DTYPES[dtype]))
        header[name] = {"dtype": dtype, "shape": list(a.shape), "data_offsets": [offset, offset + a.nbytes]}
        offset += a.nbytes
        arrays.append(a)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)))
        f.write(text)
        for a in arrays: f.write(a.tobytes())


def load(path):
    """-> (name -> float32 numpy array, metadata)."""
    with open(path, "rb") as f: data = f.read()
    size, = struct.unpack("<Q", data[:8])
    header, body = json.loads(data[8:8 + size]), memoryview(data)[8 + size:]
    metadata, out = header.pop("__metadata__", {}), {}
    for name, t in header.items():
        a, b = t["data_offsets"]
        out[name] = np.frombuffer(body[a:b], DTYPES[t["dtype"]]).reshape(t["shape"]).astype(np.float32)
    return out, metadata
