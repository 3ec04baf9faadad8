package dev.limelight.onnx.adjoint.rules;

import dev.limelight.onnx.adjoint.Attributes;
import dev.limelight.onnx.adjoint.GraphBuilder;
import dev.limelight.onnx.adjoint.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Einsum, whose gradient is another one: the result and the factor change places. */
final class EinsumRule {

  private EinsumRule() {}

  static void einsum(GraphBuilder g, Operation n) {
    String equation = n.text("equation", "").replace(" ", "");
    int arrow = equation.indexOf("->");
    List<String> terms = termsOf(arrow < 0 ? equation : equation.substring(0, arrow));
    String result = arrow < 0 ? implied(terms) : equation.substring(arrow + 2);
    if (equation.contains(".") || terms.size() != n.inputs()) {
      throw n.refuse("it has the equation " + equation);
    }
    checkRepeated(g, n, terms);
    for (int i = 0; i < terms.size(); i++) {
      if (n.wants(i)) {
        n.gradient(i, gradient(g, n, terms, result, i));
      }
    }
  }

  private static List<String> termsOf(String left) {
    return Arrays.asList(left.split(",", -1));
  }

  /** Without an arrow the result has the letters that occur once, in order. */
  private static String implied(List<String> terms) {
    Map<Character, Integer> counts = new TreeMap<>();
    for (char letter : String.join("", terms).toCharArray()) {
      counts.merge(letter, 1, Integer::sum);
    }
    return counts.entrySet().stream()
        .filter(count -> count.getValue() == 1)
        .map(count -> count.getKey().toString())
        .collect(Collectors.joining());
  }

  /** Refuses a dimension of one that is repeated, and a letter that occurs twice in a term. */
  private static void checkRepeated(GraphBuilder g, Operation n, List<String> terms) {
    Map<Character, Long> lengths = new HashMap<>();
    for (int i = 0; i < terms.size(); i++) {
      String term = terms.get(i);
      Set<Character> letters = new LinkedHashSet<>();
      for (int k = 0; k < term.length(); k++) {
        long length = g.length(n.x(i), k);
        Long other = length < 0 ? null : lengths.putIfAbsent(term.charAt(k), length);
        if (!letters.add(term.charAt(k)) || other != null && other != length) {
          throw n.refuse("its equation takes a diagonal or repeats a dimension");
        }
      }
    }
  }

  private static String gradient(
      GraphBuilder g, Operation n, List<String> terms, String result, int input) {
    List<String> left = new ArrayList<>(List.of(result));
    List<String> tensors = new ArrayList<>(List.of(n.dy()));
    for (int k = 0; k < terms.size(); k++) {
      if (k != input) {
        left.add(terms.get(k));
        tensors.add(n.x(k));
      }
    }
    String term = terms.get(input);
    StringBuilder known = new StringBuilder();
    List<Long> missing = new ArrayList<>();
    for (int k = 0; k < term.length(); k++) {
      if (String.join("", left).indexOf(term.charAt(k)) >= 0) {
        known.append(term.charAt(k));
      } else {
        missing.add((long) k);
      }
    }
    Attributes equation = Attributes.none().and("equation", String.join(",", left) + "->" + known);
    String gradient = g.op("Einsum", equation, tensors.toArray(new String[0]));
    if (missing.isEmpty()) {
      return gradient;
    }
    // A dimension that was summed alone: all its elements get the same.
    long[] axes = missing.stream().mapToLong(Long::longValue).toArray();
    return g.op("Expand", g.op("Unsqueeze", gradient, g.ints(axes)), g.shape(n.x(input)));
  }
}
