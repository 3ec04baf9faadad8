package dev.limelight.fuzz.mutation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Changes a zip archive by its entries: their names, their order, what their headers claim, and
 * their contents.
 *
 * @param inner the mutators of an entry, by its name
 */
public record Zip(Function<String, List<Mutator>> inner) implements Mutator {

  @Override
  public byte[] mutate(byte[] bytes, RandomGenerator random) {
    List<ZipParts.Part> parts;
    try {
      parts = new ArrayList<>(ZipParts.read(bytes));
    } catch (IOException | RuntimeException e) {
      return new Bytes().mutate(bytes, random);
    }
    if (parts.isEmpty()) {
      return new Bytes().mutate(bytes, random);
    }
    int at = random.nextInt(parts.size());
    int other = random.nextInt(parts.size());
    ZipParts.Part part = parts.get(at);
    ByteBuffer claimed = null;
    switch (random.nextInt(10)) {
      case 0 -> parts.set(at, part.named(Values.text(random)));
      case 1 -> parts.set(at, part.named(parts.get(other).name()));
      case 2 -> parts.remove(at);
      case 3 -> parts.add(other, part);
      case 4 ->
          parts.set(
              at, new ZipParts.Part(part.name(), parts.get(other).content(), part.deflated()));
      case 5 -> claimed = ByteBuffer.allocate(Long.BYTES).putLong(0, Values.integer(random));
      default -> parts.set(at, part.holding(content(part, random)));
    }
    byte[] archive = ZipParts.write(parts);
    return claimed == null ? archive : misled(archive, claimed.getLong(0), random);
  }

  private byte[] content(ZipParts.Part part, RandomGenerator random) {
    return Values.pick(inner.apply(part.name()), random).mutate(part.content(), random);
  }

  /** One number in the central directory, a local header or the end of the archive is another. */
  private static byte[] misled(byte[] archive, long claim, RandomGenerator random) {
    ByteBuffer buffer = ByteBuffer.wrap(archive).order(ByteOrder.LITTLE_ENDIAN);
    List<Integer> headers = new ArrayList<>();
    for (int i = 0; i + 22 <= archive.length; i++) {
      int magic = buffer.getInt(i);
      if (magic == ZipParts.LOCAL || magic == ZipParts.CENTRAL || magic == ZipParts.END) {
        headers.add(i);
      }
    }
    int header = Values.pick(headers, random);
    int field = 4 + 2 * random.nextInt(8);
    if (random.nextBoolean()) {
      buffer.putShort(header + field, (short) claim);
    } else {
      buffer.putInt(header + field, (int) claim);
    }
    return archive;
  }
}
