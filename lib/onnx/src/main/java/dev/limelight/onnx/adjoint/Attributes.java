package dev.limelight.onnx.adjoint;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Attributes of a node that is written, and readers of those of a node that exists. */
public final class Attributes {

  private final List<AttributeProto> all;

  private Attributes(List<AttributeProto> all) {
    this.all = all;
  }

  /** No attributes. */
  public static Attributes none() {
    return new Attributes(List.of());
  }

  /** One attribute of a whole number. */
  public static Attributes with(String name, long value) {
    return none().and(name, value);
  }

  /** One attribute of whole numbers. */
  public static Attributes with(String name, long[] values) {
    return none().and(name, values);
  }

  /** These and a whole number. */
  public Attributes and(String name, long value) {
    return plus(named(name, AttributeType.INT).setI(value).build());
  }

  /** These and a real number. */
  public Attributes and(String name, double value) {
    return plus(named(name, AttributeType.FLOAT).setF((float) value).build());
  }

  /** These and a text. */
  public Attributes and(String name, String value) {
    return plus(named(name, AttributeType.STRING).setS(ByteString.copyFromUtf8(value)).build());
  }

  /** These and a tensor. */
  public Attributes and(String name, TensorProto value) {
    return plus(named(name, AttributeType.TENSOR).setT(value).build());
  }

  /** These and whole numbers. */
  public Attributes and(String name, long[] values) {
    AttributeProto.Builder builder = named(name, AttributeType.INTS);
    Arrays.stream(values).forEach(builder::addInts);
    return plus(builder.build());
  }

  /** These and the attributes of a node with the given names, those that it has. */
  public Attributes and(NodeProto node, String... names) {
    Attributes result = this;
    for (String name : names) {
      AttributeProto attribute = find(node, name);
      result = attribute == null ? result : result.plus(attribute);
    }
    return result;
  }

  private Attributes plus(AttributeProto attribute) {
    List<AttributeProto> longer = new ArrayList<>(all);
    longer.add(attribute);
    return new Attributes(longer);
  }

  private static AttributeProto.Builder named(String name, AttributeType type) {
    return AttributeProto.newBuilder().setName(name).setType(type);
  }

  /** The attributes, in the order in which they were added. */
  public List<AttributeProto> all() {
    return all;
  }

  /** The attribute of that name, or null. */
  public static @Nullable AttributeProto find(NodeProto node, String name) {
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.getName().equals(name)) {
        return attribute;
      }
    }
    return null;
  }

  /** A whole number. */
  public static long integer(NodeProto node, String name, long defaultValue) {
    AttributeProto attribute = find(node, name);
    return attribute == null ? defaultValue : attribute.getI();
  }

  /** A real number. */
  public static double real(NodeProto node, String name, double defaultValue) {
    AttributeProto attribute = find(node, name);
    return attribute == null ? defaultValue : attribute.getF();
  }

  /** A text. */
  public static String text(NodeProto node, String name, String defaultValue) {
    AttributeProto attribute = find(node, name);
    return attribute == null ? defaultValue : attribute.getS().toStringUtf8();
  }

  /** Whole numbers, or null. */
  public static long @Nullable [] integers(NodeProto node, String name) {
    AttributeProto attribute = find(node, name);
    return attribute == null
        ? null
        : attribute.getIntsList().stream().mapToLong(Long::longValue).toArray();
  }
}
