package dev.limelight.torch;

import dev.limelight.io.Names;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The zip that PyTorch writes, with every name and size checked before a byte of it is unpacked.
 * Nothing is ever written to the disk. Close it when its entries have been read.
 */
@API(status = Status.INTERNAL)
public final class TorchArchive implements Closeable {

  private static final int MAX_ENTRIES = 100_000;
  private static final long MAX_TABLE = 1024L * MAX_ENTRIES;
  private static final long MAX_BYTES = 16L << 30;
  private static final long MAX_RATIO = 1000;

  /** Below this, nothing is a bomb, and much that is honest shrinks well. */
  private static final long SMALL = 1 << 20;

  private final Path file;
  private final ZipFile zip;
  private final Map<String, ZipEntry> entries = new LinkedHashMap<>();

  private TorchArchive(Path file, ZipFile zip) {
    this.file = file;
    this.zip = zip;
  }

  /**
   * Opens an archive and checks what it says about itself; entries are read when asked for.
   *
   * @throws IOException if it is no such archive, or damaged, or malicious; one sentence
   */
  public static TorchArchive read(Path file) throws IOException {
    return read(file, false);
  }

  /**
   * Opens an archive whose entries lie in no folder, as {@code torch.export.save} wrote up to
   * PyTorch 2.7.
   *
   * @throws IOException as for {@link #read}
   */
  public static TorchArchive readFlat(Path file) throws IOException {
    return read(file, true);
  }

  private static TorchArchive read(Path file, boolean flat) throws IOException {
    TorchArchive archive = null;
    boolean whole = false;
    try {
      if (!Files.exists(file)) {
        throw new NoSuchFileException(file.toString());
      }
      ZipDirectory.check(file, Math.min(MAX_TABLE, Runtime.getRuntime().maxMemory() / 8));
      archive = new TorchArchive(file, new ZipFile(file.toFile()));
      archive.check(flat);
      whole = true;
      return archive;
    } catch (IOException e) {
      throw MalformedFileException.of(file, e);
    } catch (IllegalArgumentException e) {
      // Names that are no UTF-8 come out of java.util.zip so.
      throw MalformedFileException.of(file, new IOException("an entry's name is no text", e));
    } finally {
      if (archive != null && !whole) {
        archive.close();
      }
    }
  }

  /**
   * The names of the entries of any zip, with their folders; nothing else of it is read or checked.
   *
   * @throws IOException if it is no zip that can be read
   */
  public static Set<String> entries(Path file) throws IOException {
    ZipDirectory.check(file, Math.min(MAX_TABLE, Runtime.getRuntime().maxMemory() / 8));
    try (ZipFile zip = new ZipFile(file.toFile())) {
      return zip.stream().limit(MAX_ENTRIES).map(ZipEntry::getName).collect(Collectors.toSet());
    } catch (IllegalArgumentException e) {
      throw MalformedFileException.of(file, new IOException("an entry's name is no text", e));
    }
  }

  /** The entries in their order, without the folder that they all lie in, as "data.pkl". */
  public Set<String> names() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  /** The length of an entry in bytes. */
  public long size(String name) throws IOException {
    return entry(name).getSize();
  }

  /** The checksum of an entry (CRC-32), as the archive claims it. */
  public long sum(String name) throws IOException {
    return entry(name).getCrc();
  }

  /**
   * Writes an entry's bytes, however long they are.
   *
   * @throws MalformedFileException if there is no such entry, or it is damaged
   * @throws IOException if the bytes cannot be written
   */
  public void copy(String name, OutputStream out) throws IOException {
    try {
      unpack(entry(name), new Checked(out));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (IOException e) {
      throw MalformedFileException.of(file, e);
    }
  }

  /**
   * An entry's bytes, read again on each call; their checksum is verified.
   *
   * @throws IOException if there is no such entry, or it is damaged or too long for Java's heap
   */
  public byte[] bytes(String name) throws IOException {
    ZipEntry entry = entry(name);
    try {
      checkHeap(entry.getSize());
      byte[] bytes = unpack(entry, (int) entry.getSize());
      checkSum(entry, sum(bytes));
      return bytes;
    } catch (IOException e) {
      throw MalformedFileException.of(file, e);
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }

  /** The checksum of some bytes as a zip keeps it. */
  public static long sum(byte[] bytes) {
    CRC32 sum = new CRC32();
    sum.update(bytes);
    return sum.getValue();
  }

  /** Refuses more bytes than Java's heap could take together with what is made of them. */
  public static void checkTotal(long bytes) throws MalformedFileException {
    checkLimit(bytes, Runtime.getRuntime().maxMemory() / 2);
  }

  /** Refuses more bytes than one array could take. */
  public static void checkHeap(long bytes) throws MalformedFileException {
    checkTotal(bytes);
    checkLimit(bytes, Integer.MAX_VALUE - 8);
  }

  private static void checkLimit(long bytes, long limit) throws MalformedFileException {
    if (bytes > limit) {
      throw new MalformedFileException(
          "needs "
              + bytes
              + " bytes of memory, and this Java takes "
              + limit
              + "; start it with a larger -Xmx or save less in one file");
    }
  }

  private ZipEntry entry(String name) throws IOException {
    ZipEntry entry = entries.get(name);
    if (entry == null) {
      throw MalformedFileException.of(
          file, new MalformedFileException("has no entry " + Names.printable(name)));
    }
    return entry;
  }

  private void check(boolean flat) throws IOException {
    String top = flat ? "" : null;
    long total = 0;
    int count = 0;
    for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
      ZipEntry entry = all.nextElement();
      String name = entry.getName();
      if (++count > MAX_ENTRIES) {
        throw new MalformedFileException(
            "has more than " + MAX_ENTRIES + " entries, which no network needs");
      }
      checkName(name);
      int slash = name.indexOf('/');
      String folder = flat || slash < 0 ? "" : name.substring(0, slash + 1);
      if (!flat && (folder.isEmpty() || top != null && !top.equals(folder))) {
        throw new MalformedFileException(
            "is no archive of PyTorch: " + shown(name) + " lies outside the folder of the others");
      }
      top = folder;
      checkSize(entry);
      total += entry.getSize();
      if (total > MAX_BYTES) {
        throw new MalformedFileException(
            "claims to unpack to more than " + MAX_BYTES + " bytes; it was not");
      }
      if (!name.endsWith("/") && entries.put(name.substring(folder.length()), entry) != null) {
        throw new MalformedFileException(
            "has two entries " + shown(name) + ", of which one must be forged");
      }
    }
  }

  private static void checkName(String name) throws MalformedFileException {
    boolean bad =
        name.isEmpty() || name.startsWith("/") || name.contains("\\") || name.contains("\0");
    for (String part : name.split("/", 0)) {
      bad |= part.isEmpty() || part.equals(".") || part.equals("..") || part.endsWith(":");
    }
    if (bad) {
      throw new MalformedFileException(
          "has an entry " + shown(name) + ", which points out of its folder; it was not unpacked");
    }
  }

  private static void checkSize(ZipEntry entry) throws MalformedFileException {
    long size = entry.getSize();
    long packed = entry.getCompressedSize();
    boolean stored = entry.getMethod() == ZipEntry.STORED;
    if (size < 0 || packed < 0 || stored && size != packed) {
      throw new MalformedFileException(
          "is damaged: " + shown(entry.getName()) + " has two sizes; copy it again");
    }
    if (!stored && size > SMALL && size / MAX_RATIO > packed) {
      throw bomb(entry);
    }
  }

  private byte[] unpack(ZipEntry entry, int size) throws IOException {
    if (entry.getMethod() == ZipEntry.STORED) {
      if (size > Files.size(file)) {
        throw new EOFException("an entry is longer than the file");
      }
    } else {
      // Unpacked twice, so that a forged size costs time and no memory.
      unpack(entry, OutputStream.nullOutputStream());
    }
    byte[] bytes = new byte[size];
    try (InputStream in = zip.getInputStream(entry)) {
      if (in.readNBytes(bytes, 0, size) < size) {
        throw new EOFException("the file ends within " + shown(entry.getName()));
      }
    }
    return bytes;
  }

  /** Unpacks piece by piece, and no more than the entry claims to hold. */
  private void unpack(ZipEntry entry, OutputStream out) throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      CRC32 sum = new CRC32();
      byte[] part = new byte[1 << 16];
      long remaining = entry.getSize();
      for (int count = in.read(part); count >= 0; count = in.read(part)) {
        remaining -= count;
        if (remaining < 0) {
          throw bomb(entry);
        }
        sum.update(part, 0, count);
        out.write(part, 0, count);
      }
      if (remaining > 0) {
        throw new EOFException(shown(entry.getName()) + " is shorter than it claims");
      }
      checkSum(entry, sum.getValue());
    }
  }

  /** What cannot be written here is no fault of the archive. */
  private static final class Checked extends FilterOutputStream {

    Checked(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int count) {
      try {
        out.write(bytes, from, count);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static void checkSum(ZipEntry entry, long sum) throws MalformedFileException {
    if (sum != entry.getCrc()) {
      String name = entry.getName().substring(entry.getName().indexOf('/') + 1);
      throw new MalformedFileException(
          "is damaged: the checksum of " + shown(name) + " is wrong; copy it again");
    }
  }

  private static MalformedFileException bomb(ZipEntry entry) {
    return new MalformedFileException(
        "has an entry "
            + shown(entry.getName())
            + " that unpacks to far more than it should; it was not unpacked");
  }

  private static String shown(String name) {
    return Names.printable(name);
  }
}
