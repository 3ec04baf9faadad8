package dev.limelight.onnx.file;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import com.google.protobuf.WireFormat;
import dev.limelight.io.FileState;
import dev.limelight.onnx.adjoint.StoredWeight;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A large .onnx file, of which everything is read but its large weights. */
final class LargeFile {

  /** Smaller files are read as a whole. */
  private static final long LARGE_FILE = 128L << 20;

  /** Smaller weights are read, as they may be what shapes are computed from. */
  private static final int LARGE_WEIGHT = 16 << 10;

  private static final int GRAPH = tag(ModelProto.GRAPH_FIELD_NUMBER);

  private static final int WEIGHT = tag(GraphProto.INITIALIZER_FIELD_NUMBER);

  private static final int VALUES = tag(TensorProto.RAW_DATA_FIELD_NUMBER);

  private final CodedInputStream in;
  private final FileState file;

  /** The place of the weight that is being read. */
  private @Nullable StoredWeight stored;

  private LargeFile(CodedInputStream in, FileState file) {
    this.in = in;
    this.file = file;
  }

  private static int tag(int field) {
    return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }

  /** Whether a weight stays in its file. */
  static boolean keeps(long size, long length) {
    return size >= LARGE_FILE && length >= LARGE_WEIGHT;
  }

  /** The model, with the places of its large weights. */
  static ModelProto parse(Path path) throws IOException {
    FileState file = FileState.of(path.toRealPath());
    if (file.size() < LARGE_FILE) {
      CodedInputStream in = CodedInputStream.newInstance(Files.readAllBytes(path));
      in.enableAliasing(true);
      return ModelProto.parseFrom(in);
    }
    try (InputStream stream = Files.newInputStream(path)) {
      LargeFile large = new LargeFile(CodedInputStream.newInstance(stream, 1 << 16), file);
      return ModelProto.parseFrom(large.copied(GRAPH, () -> large.copied(WEIGHT, large::weight)));
    }
  }

  /** What is copied in another way than byte by byte. */
  @FunctionalInterface
  private interface Part {

    ByteString read() throws IOException;
  }

  /** The rest of a message, with the fields of one tag read in another way. */
  private ByteString copied(int special, Part part) throws IOException {
    UnknownFieldSet.Builder fields = UnknownFieldSet.newBuilder();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == special) {
        Field field = Field.newBuilder().addLengthDelimited(inside(part)).build();
        fields.mergeField(WireFormat.getTagFieldNumber(tag), field);
      } else if (!fields.mergeFieldFrom(tag, in)) {
        throw new InvalidProtocolBufferException("a group ends that did not begin");
      }
    }
    return fields.build().toByteString();
  }

  /** A message inside another. */
  private ByteString inside(Part part) throws IOException {
    int outer = in.pushLimit(in.readRawVarint32());
    ByteString bytes = part.read();
    if (in.getBytesUntilLimit() != 0) {
      throw new InvalidProtocolBufferException("a message is cut short");
    }
    in.popLimit(outer);
    return bytes;
  }

  private ByteString weight() throws IOException {
    stored = null;
    ByteString bytes = copied(VALUES, this::values);
    TensorProto tensor = TensorProto.parseFrom(bytes);
    // A file that gives a weight two places means the one outside.
    return stored == null || OuterTensors.isOutside(tensor)
        ? bytes
        : stored.in(tensor).toByteString();
  }

  /** The values, or none if they stay in the file; of several the last ones count. */
  private ByteString values() throws IOException {
    int length = in.getBytesUntilLimit();
    if (!keeps(file.size(), length)) {
      stored = null;
      return ByteString.copyFrom(in.readRawBytes(length));
    }
    stored = new StoredWeight(file, in.getTotalBytesRead(), length);
    in.skipRawBytes(length);
    return ByteString.EMPTY;
  }
}
