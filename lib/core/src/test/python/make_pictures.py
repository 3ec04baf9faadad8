"""Writes the pictures of PictureFilesTest into ../resources/pictures: NAME.FORMAT and, as NAME.expected.png, what
Pillow reads of it. Colours under transparent parts are drawn on white, as Limelight does.

    python make_pictures.py        # with Pillow and numpy
"""

import io
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps, TiffImagePlugin

OUT = pathlib.Path(__file__).parent.parent / "resources" / "pictures"
WIDTH, HEIGHT = 24, 16


def photo(corner=True):
    """Smooth colours, and a red corner that shows how the picture is turned."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    rgb = np.stack([40 + 8 * x, 30 + 12 * y, 120 + 3 * x - 4 * y], axis=2)
    if corner:
        rgb[:6, :8] = (220, 30, 20)
    return rgb.astype(np.uint8)


def expect(name, source):
    image = Image.open(source)
    image = ImageOps.exif_transpose(image)
    if "transparency" in image.info or image.mode in ("RGBA", "LA", "PA"):
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    image.convert("RGB").save(OUT / f"{name}.expected.png")


def save(name, ending, image, **options):
    file = OUT / f"{name}.{ending}"
    image.save(file, **options)
    expect(name, file)


def oriented(value):
    exif = Image.Exif()
    exif[0x0112] = value
    return exif


def cmyk():
    """Three inks and a black plate that is not implied by them."""
    rgb = photo().astype(int)
    black = np.minimum(60, 255 - rgb.max(axis=2))
    inks = np.clip(255 - rgb - black[..., None], 0, 255)
    return Image.fromarray(np.dstack([inks, black]).astype(np.uint8), "CMYK")


def press_profile():
    """A colour profile of a press, with a header and no tables."""
    header = bytearray(128)
    struct.pack_into(">I4sI4s4s4s", header, 0, 132, b"none", 0x02400000, b"prtr", b"CMYK", b"Lab ")
    header[36:40] = b"acsp"
    return bytes(header) + struct.pack(">I", 0)


def matrix_profile(curve):
    """A display profile whose red and green primaries are far from sRGB's."""
    def xyz(*values):
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(v * 65536)) for v in values)

    gamma = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(curve * 256)) + b"\0\0"
    text = b"text\0\0\0\0none\0\0\0\0"
    desc = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"wide\0" + b"\0" * 79
    tags = {b"desc": desc, b"cprt": text, b"wtpt": xyz(0.9642, 1, 0.8249), b"rXYZ": xyz(0.7977, 0.2880, 0),
            b"gXYZ": xyz(0.1352, 0.7119, 0), b"bXYZ": xyz(0.0313, 0.0001, 0.8249),
            b"rTRC": gamma, b"gTRC": gamma, b"bTRC": gamma}
    table, data, at = b"", b"", 128 + 4 + 12 * len(tags)
    for key, value in tags.items():
        value += b"\0" * (-len(value) % 4)
        table += struct.pack(">4sII", key, at + len(data), len(value))
        data += value
    header = bytearray(128)
    struct.pack_into(">I4sI4s4s4s", header, 0, at + len(data), b"none", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header[36:40] = b"acsp"
    struct.pack_into(">iii", header, 68, 63190, 65536, 54061)
    return bytes(header) + struct.pack(">I", len(tags)) + table + data


def ycck():
    """Luminance, chrominance and black, which the Adobe segment of the file tells."""
    inverted = 255 - np.asarray(cmyk()).astype(int)
    ycc = np.asarray(Image.fromarray(inverted[..., :3].astype(np.uint8), "RGB").convert("YCbCr"))
    planes = 255 - np.dstack([ycc, inverted[..., 3]]).astype(np.uint8)
    to = io.BytesIO()
    Image.fromarray(planes, "CMYK").save(to, "JPEG", quality=98, subsampling=0)
    data = bytearray(to.getvalue())
    adobe = data.index(b"Adobe")
    assert data[adobe + 11] == 0
    data[adobe + 11] = 2
    file = OUT / "ycck.jpg"
    file.write_bytes(data)
    expect("ycck", file)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of_samples(name, samples, color_type):
    """A PNG of 16 bits, which Pillow writes for grey only."""
    height, width = samples.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in samples)
    file = OUT / f"{name}.png"
    header = struct.pack(">IIBBBBB", width, height, 16, color_type, 0, 0, 0)
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
    return file


def main():
    OUT.mkdir(exist_ok=True)
    rgb = Image.fromarray(photo())
    grey = rgb.convert("L")
    # Half the colours in each direction, so that decoders may interpolate them in different ways.
    smooth = Image.fromarray(photo(corner=False))
    for value in range(1, 9):
        exif = oriented(value)
        rgb.save(OUT / f"turned-{value}.png", exif=exif)
        rgb.save(OUT / f"turned-{value}.jpg", exif=exif, quality=98, subsampling=0)
        rgb.save(OUT / f"turned-{value}.webp", exif=exif, lossless=True)
        tags = TiffImagePlugin.ImageFileDirectory_v2()
        tags[0x0112] = value
        rgb.save(OUT / f"turned-{value}.tif", tiffinfo=tags, compression="tiff_lzw")
        expect(f"turned-{value}", OUT / f"turned-{value}.png")
    late = (OUT / "turned-6.png").read_bytes()
    start = late.index(b"eXIf") - 4
    end = start + 12 + struct.unpack(">I", late[start:start + 4])[0]
    (OUT / "turned-late.png").write_bytes(late[:start] + late[end:-12] + late[start:end] + late[-12:])
    ImageOps.exif_transpose(Image.open(OUT / "turned-6.png")).save(OUT / "turned-late.expected.png")

    save("cmyk", "jpg", cmyk(), quality=98, subsampling=0)
    save("cmyk-profile", "jpg", cmyk(), quality=98, subsampling=0, icc_profile=press_profile())
    save("cmyk-tiff", "tif", cmyk())
    save("cmyk-tiff-profile", "tif", cmyk(), icc_profile=press_profile(), compression="tiff_lzw")
    ycck()
    wide = matrix_profile(1.0)
    save("wide-jpeg", "jpg", rgb, quality=98, subsampling=0, icc_profile=wide)
    save("wide-png", "png", rgb, icc_profile=wide)
    save("wide-webp", "webp", rgb, lossless=True, icc_profile=wide)
    save("wide-tiff", "tif", rgb, icc_profile=wide)
    save("grey-jpeg", "jpg", grey, quality=98)
    save("progressive", "jpg", rgb, quality=95, progressive=True)

    save("grey", "png", grey)
    bands = Image.merge("LA", (grey, Image.fromarray(photo()[..., 0] // 2 + 60)))
    save("grey-alpha", "png", bands)
    save("palette", "png", rgb.quantize(16))
    transparent = rgb.quantize(16)
    save("palette-transparent", "png", transparent, transparency=bytes([0, 128] + [255] * 14))
    save("one-bit", "png", grey.convert("1"))
    save("one-bit-tiff", "tif", grey.convert("1"), compression="group4")
    save("two-bits", "png", grey.quantize(4), bits=2)
    file = png_of_samples("grey-16", np.asarray(grey).astype(int) * 257, 0)
    grey.convert("RGB").save(OUT / "grey-16.expected.png")
    file = png_of_samples("rgb-16", photo().astype(int) * 257, 2)
    expect("rgb-16", file)
    png_of_samples("grey-12", np.asarray(grey).astype(int) * 4095 // 255, 0)
    grey.convert("RGB").save(OUT / "grey-12.expected.png")
    png_of_samples("rgb-12", photo().astype(int) * 4095 // 255, 2)
    rgb.save(OUT / "rgb-12.expected.png")

    save("lossy", "webp", smooth, quality=80)
    save("lossless", "webp", rgb, lossless=True)
    veiled = rgb.copy()
    veiled.putalpha(Image.fromarray(photo()[..., 0] // 2 + 60))
    save("lossless-alpha", "webp", veiled, lossless=True, exact=True)
    veiled = smooth.copy()
    veiled.putalpha(Image.fromarray(photo()[..., 0] // 2 + 60))
    save("lossy-alpha", "webp", veiled, quality=90)
    others = [Image.new("RGB", rgb.size, color) for color in ("blue", "white")]
    save("animated-webp", "webp", rgb, save_all=True, append_images=others, lossless=True)
    save("animated-gif", "gif", rgb.quantize(64), save_all=True, append_images=[o.quantize(4) for o in others])
    save("pages", "tif", rgb, save_all=True, append_images=others)

    save("tiff", "tif", rgb)
    save("tiff-jpeg", "tif", rgb, compression="jpeg", quality=95)
    save("tiff-deflate", "tif", rgb, compression="tiff_adobe_deflate")
    save("tiff-palette", "tif", rgb.quantize(16))
    save("tiff-alpha", "tif", veiled)
    (OUT / "tiff-16.tif").unlink(missing_ok=True)
    Image.fromarray(np.asarray(grey).astype(np.uint16) * 257).save(OUT / "tiff-16.tif")
    grey.convert("RGB").save(OUT / "tiff-16.expected.png")
    Image.fromarray((np.asarray(grey) / 255).astype(np.float32)).save(OUT / "float.tif")
    grey.convert("RGB").save(OUT / "float.expected.png")
    Image.fromarray(np.asarray(grey).astype(np.int32) * 1000).save(OUT / "integer.tif")
    grey.convert("RGB").save(OUT / "integer.expected.png")
    from PIL import ImageCms
    to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    ImageCms.applyTransform(rgb, to_lab).save(OUT / "lab.tif")

    save("bmp", "bmp", rgb)


if __name__ == "__main__":
    main()
