package dev.limelight.onnx.mxnet;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.limelight.io.Names;
import dev.limelight.model.mxnet.MxGraph;
import dev.limelight.support.UnsupportedException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A node of a symbol as a rule sees it: its inputs and attributes, and what it gives. */
final class SymbolNode {

  private static final Pattern NUMBER = Pattern.compile("[-+]?\\d{1,18}");

  /** What tells how to compute, and not what. */
  private static final List<String> EMPTY = List.of("", "None", "()", "[]");

  private final MxGraph graph;
  private final int index;
  private final Tensors tensors;
  private List<String> results = List.of();

  /** The tensors of the graph that is written. */
  interface Tensors {

    /** The tensor of one output of one node. */
    String of(MxGraph.Entry entry);

    /** The parameter of one output of one node. */
    TensorProto parameter(MxGraph.Entry entry);
  }

  SymbolNode(MxGraph graph, int index, Tensors tensors) {
    this.graph = graph;
    this.index = index;
    this.tensors = tensors;
  }

  /** The number of its inputs. */
  int inputs() {
    return graph.inputs(index).size();
  }

  /** The first input. */
  String x() {
    return input(0);
  }

  /** An input. */
  String input(int number) {
    if (number >= inputs()) {
      throw refuse("it has " + inputs() + " inputs only");
    }
    return tensors.of(graph.inputs(index).get(number));
  }

  /** All inputs. */
  List<String> all() {
    return graph.inputs(index).stream().map(tensors::of).toList();
  }

  /** The shape of an input that is a parameter. */
  long[] shape(int number) {
    return tensors.parameter(graph.inputs(index).get(number)).getDimsList().stream()
        .mapToLong(Long::longValue)
        .toArray();
  }

  /** Says what it gives. */
  void result(String... tensors) {
    results = List.of(tensors);
  }

  List<String> results() {
    return results;
  }

  /** Whether an attribute is given. */
  boolean has(String name) {
    String text = graph.attribute(index, name);
    return text != null && !EMPTY.contains(text.strip());
  }

  String text(String name, String otherwise) {
    String text = graph.attribute(index, name);
    return text == null ? otherwise : text.strip();
  }

  boolean flag(String name, boolean otherwise) {
    String text = text(name, String.valueOf(otherwise)).toLowerCase(Locale.ROOT);
    return switch (text) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw refuse("its " + name + " is " + Names.printable(text));
    };
  }

  double real(String name, double otherwise) {
    String text = text(name, String.valueOf(otherwise));
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw refuse("its " + name + " is " + Names.printable(text));
    }
  }

  long whole(String name, long otherwise) {
    long[] all = wholes(name, otherwise);
    if (all.length != 1) {
      throw refuse("its " + name + " is " + Arrays.toString(all));
    }
    return all[0];
  }

  /** Whole numbers in parentheses, or one alone. */
  long[] wholes(String name, long... otherwise) {
    if (!has(name)) {
      return otherwise;
    }
    String text = text(name, "");
    String[] parts = text.replaceAll("[()\\[\\] ]|L\\b", "").replaceFirst(",$", "").split(",", -1);
    return Stream.of(parts).mapToLong(part -> number(name, part)).toArray();
  }

  private long number(String name, String text) {
    Matcher matcher = NUMBER.matcher(text);
    if (!matcher.matches()) {
      throw refuse("its " + name + " is " + Names.printable(text(name, "")));
    }
    return Long.parseLong(text);
  }

  /** Refuses an attribute that is not as usual. */
  void expect(String name, String usual) {
    String text = text(name, usual);
    if (has(name) && !text.equalsIgnoreCase(usual)) {
      throw refuse("its " + name + " is " + Names.printable(text));
    }
  }

  UnsupportedException refuse(String reason) {
    return new UnsupportedException(
        "its node "
            + Names.quoted(graph.name(index))
            + ", "
            + Names.printable(graph.operator(index))
            + ", has no translation: "
            + reason);
  }
}
