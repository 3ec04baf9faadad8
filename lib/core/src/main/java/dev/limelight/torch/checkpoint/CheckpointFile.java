package dev.limelight.torch.checkpoint;

import dev.limelight.torch.MalformedFileException;
import dev.limelight.torch.PickleInput;
import dev.limelight.torch.StatePickle;
import dev.limelight.torch.TensorView;
import dev.limelight.torch.TensorView.Storage;
import dev.limelight.torch.TorchArchive;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The two ways in which PyTorch lays a pickle and its storages into a file. */
abstract class CheckpointFile implements Closeable {

  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final byte[] EMPTY_ZIP = {'P', 'K', 5, 6};

  /** The magic number as PyTorch pickles it, from its second byte. */
  private static final byte[] STREAM = {
    (byte) 0x8a,
    0x0a,
    0x6c,
    (byte) 0xfc,
    (byte) 0x9c,
    0x46,
    (byte) 0xf9,
    0x20,
    0x6a,
    (byte) 0xa8,
    0x50,
    0x19,
    0x2e
  };

  static CheckpointFile open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new MalformedFileException(
          "is a folder and no checkpoint; give a file that torch.save() wrote");
    }
    byte[] head = new byte[512];
    try (InputStream in = Files.newInputStream(file)) {
      in.readNBytes(head, 0, head.length);
    }
    if (begins(head, 0, ZIP) || begins(head, 0, EMPTY_ZIP)) {
      return new Zip(file);
    }
    if (begins(head, 2, STREAM)) {
      return new Stream(file);
    }
    if (begins(head, 257, "ustar".getBytes(StandardCharsets.US_ASCII))) {
      throw new MalformedFileException(
          "is a tar as PyTorch before 0.1.10 wrote it; load and save it with a newer one");
    }
    throw new MalformedFileException(
        "is no PyTorch checkpoint: it begins as none does; give a file that torch.save() wrote");
  }

  private static boolean begins(byte[] head, int at, byte[] magic) {
    return Arrays.equals(head, at, at + magic.length, magic, 0, magic.length);
  }

  /** The content of the file's pickle, with a {@link TensorView} for each tensor. */
  abstract Object root() throws IOException;

  /** All bytes of a storage. */
  abstract ByteBuffer bytes(Storage storage) throws IOException;

  /** A zip with data.pkl and one entry for each storage. */
  private static final class Zip extends CheckpointFile {

    private final TorchArchive archive;

    Zip(Path file) throws IOException {
      archive = TorchArchive.read(file);
    }

    @Override
    Object root() throws IOException {
      if (archive.names().contains("constants.pkl")) {
        throw new MalformedFileException(
            "is a TorchScript archive and no state dict; load it as a model instead");
      }
      if (!archive.names().contains("data.pkl")) {
        throw new MalformedFileException(
            "is a zip without data.pkl, and so no PyTorch checkpoint;"
                + " give a file that torch.save() wrote");
      }
      long size = archive.size("data.pkl");
      if (size > StatePickle.MAX_BYTES) {
        throw new MalformedFileException(
            "has a pickle of " + size + " bytes; save model.state_dict() alone");
      }
      byte[] pickle = archive.bytes("data.pkl");
      return new StatePickle(new PickleInput(new ByteArrayInputStream(pickle), size)).next();
    }

    @Override
    ByteBuffer bytes(Storage storage) throws IOException {
      byte[] bytes = archive.bytes("data/" + storage.key());
      if (bytes.length < storage.bytes()) {
        throw new EOFException("a storage is shorter than its tensors");
      }
      return ByteBuffer.wrap(bytes).order(order());
    }

    private ByteOrder order() throws IOException {
      if (!archive.names().contains("byteorder")) {
        return ByteOrder.LITTLE_ENDIAN;
      }
      if (archive.size("byteorder") > 16) {
        throw new EOFException("the byte order is no word");
      }
      String word = new String(archive.bytes("byteorder"), StandardCharsets.US_ASCII);
      return switch (word) {
        case "little" -> ByteOrder.LITTLE_ENDIAN;
        case "big" -> ByteOrder.BIG_ENDIAN;
        default -> throw new EOFException("the byte order is neither little nor big");
      };
    }

    @Override
    public void close() throws IOException {
      archive.close();
    }
  }

  /** Five pickles, followed by the storages, always little-endian. */
  private static final class Stream extends CheckpointFile {

    private static final long PROTOCOL = 1001;

    private final Path path;
    private final Map<String, Long> positions = new HashMap<>();
    private final RandomAccessFile file;

    Stream(Path path) throws IOException {
      this.path = path;
      this.file = new RandomAccessFile(path.toFile(), "r");
    }

    @Override
    Object root() throws IOException {
      try (PickleInput in =
          new PickleInput(new BufferedInputStream(Files.newInputStream(path)), file.length())) {
        StatePickle pickle = new StatePickle(in);
        pickle.next();
        if (!(pickle.next() instanceof Number version) || version.longValue() != PROTOCOL) {
          throw new MalformedFileException(
              "has a protocol other than " + PROTOCOL + "; save it again");
        }
        pickle.next();
        Object root = pickle.next();
        if (!(pickle.next() instanceof List<?> keys)) {
          throw new EOFException("the list of storages is missing");
        }
        find(keys, pickle.storages(), in.position());
        return root;
      }
    }

    private void find(List<?> keys, Map<String, Storage> storages, long start) throws IOException {
      Set<Object> visited = new HashSet<>();
      long position = start;
      for (Object key : keys) {
        Storage storage = key instanceof String name ? storages.get(name) : null;
        if (storage == null || !visited.add(key)) {
          throw new EOFException("a storage belongs to no tensor");
        }
        file.seek(position);
        long numbers = Long.reverseBytes(file.readLong());
        position += Long.BYTES;
        if (numbers != storage.bytes() / storage.type().bytes()
            || storage.bytes() > file.length() - position) {
          throw new EOFException("a storage is shorter than its tensors");
        }
        positions.put(storage.key(), position);
        position += storage.bytes();
      }
    }

    @Override
    ByteBuffer bytes(Storage storage) throws IOException {
      Long position = positions.get(storage.key());
      if (position == null) {
        throw new EOFException("a storage is missing");
      }
      TorchArchive.checkHeap(storage.bytes());
      byte[] bytes = new byte[(int) storage.bytes()];
      file.seek(position);
      file.readFully(bytes);
      return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
