package dev.limelight.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import dev.limelight.model.Layer;
import dev.limelight.model.LayerPath;
import dev.limelight.onnx.adjoint.Subgraphs;
import dev.limelight.onnx.pt2.GraphWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The names of the layers of an ONNX graph. torch's exporter writes the module that a node comes
 * from into its name ({@code /layer3/relu2/Relu}) or its metadata; a module then is the tensor by
 * which its results leave it. Nodes of other exporters have their own names.
 */
final class OnnxNames {

  /** Where torch's newer exporter keeps the modules that a node is in. */
  private static final String SCOPES = "pkg.torch.onnx.name_scopes";

  /** Longer names are no path of modules. */
  private static final int LONGEST = 500;

  /** Names that are listed, in the order of computation, to tensors. */
  private final Map<String, String> listed = new LinkedHashMap<>();

  /** Other names that are understood. */
  private final Map<String, String> understood = new HashMap<>();

  OnnxNames(OnnxGraph graph) {
    boolean given = graph.nodes().stream().anyMatch(node -> !layers(node).isEmpty());
    Map<String, List<String>> modules = given ? Map.of() : modulesByTensor(graph);
    for (NodeProto node : graph.layers()) {
      if (given) {
        add(node);
        continue;
      }
      String tensor = node.getOutput(0);
      List<String> names = modules.getOrDefault(tensor, List.of());
      if (names.isEmpty()) {
        boolean taken = node.getName().isEmpty() || listed.containsKey(node.getName());
        names = List.of(taken ? tensor : node.getName());
      }
      names.forEach(name -> listed.putIfAbsent(name, tensor));
      node.getOutputList().forEach(output -> understood.putIfAbsent(output, output));
      understood.putIfAbsent(node.getName(), tensor);
    }
    for (NodeProto node : graph.layers()) {
      if (node.getName().length() > LONGEST) {
        continue;
      }
      String parts = node.getName().replaceFirst("^/", "");
      understood.putIfAbsent(parts, node.getOutput(0));
      understood.putIfAbsent(dotted(List.of(parts.split("/"))), node.getOutput(0));
    }
  }

  /** Adds the layers that the file itself says a node gives. */
  private void add(NodeProto node) {
    String tensor = node.getOutput(0);
    layers(node).forEach(name -> listed.putIfAbsent(name, tensor));
    node.getOutputList().forEach(output -> understood.putIfAbsent(output, output));
  }

  private static List<String> layers(NodeProto node) {
    return node.getMetadataPropsList().stream()
        .filter(entry -> entry.getKey().equals(GraphWriter.LAYER))
        .map(StringStringEntryProto::getValue)
        .toList();
  }

  /** The names that are listed, in the order of computation, and their tensors. */
  Map<String, String> listed() {
    return listed;
  }

  /**
   * The tensor of a layer.
   *
   * @throws IllegalArgumentException if there is none of that name; the message lists those there
   *     are
   */
  String tensor(LayerPath path) {
    String tensor = listed.getOrDefault(path.name(), understood.get(path.name()));
    if (tensor == null) {
      throw Layer.unknown(path, listed.keySet().stream().map(LayerPath::of).toList());
    }
    return tensor;
  }

  /** The name in the list of a layer; of several it is the last, as of modules in another. */
  LayerPath listed(LayerPath path) {
    String tensor = tensor(path);
    LayerPath found = path;
    for (Map.Entry<String, String> each : listed.entrySet()) {
      found = each.getValue().equals(tensor) ? LayerPath.of(each.getKey()) : found;
    }
    return found;
  }

  /** For each tensor the modules whose results it is, from the innermost to the outermost. */
  private static Map<String, List<String>> modulesByTensor(OnnxGraph graph) {
    List<NodeProto> nodes = graph.nodes();
    Map<String, Set<Set<String>>> usedIn = new HashMap<>();
    for (NodeProto node : nodes) {
      Set<String> modules = modules(node);
      Subgraphs.reads(node)
          .forEach(name -> usedIn.computeIfAbsent(name, n -> new LinkedHashSet<>()).add(modules));
    }
    Map<String, String> exits = new LinkedHashMap<>();
    for (NodeProto node : nodes) {
      String tensor = node.getOutput(0);
      for (String module : modules(node)) {
        boolean leaves =
            usedIn.getOrDefault(tensor, Set.of()).stream().anyMatch(m -> !m.contains(module));
        if (leaves || tensor.equals(graph.logits())) {
          exits.put(module, tensor);
        }
      }
    }
    Map<String, List<String>> byTensor = new HashMap<>();
    exits.forEach(
        (module, tensor) ->
            byTensor.computeIfAbsent(tensor, name -> new ArrayList<>()).add(module));
    byTensor.values().forEach(names -> names.sort((a, b) -> b.length() - a.length()));
    return byTensor;
  }

  /** All modules that a node is in: for layer3.conv2 that and layer3. */
  private static Set<String> modules(NodeProto node) {
    String path = module(node);
    Set<String> modules = new LinkedHashSet<>();
    for (int dot = path.length(); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
      modules.add(path.substring(0, dot));
    }
    return modules;
  }

  /** The innermost module that a node is in, such as layer2.downsample.0, or "". */
  static String module(NodeProto node) {
    for (StringStringEntryProto entry : node.getMetadataPropsList()) {
      if (entry.getKey().equals(SCOPES) && entry.getValue().length() <= LONGEST * LONGEST) {
        // A Python list such as ['', 'layer1', 'layer1.0', 'conv2d']: the last is the node itself.
        String[] scopes = entry.getValue().replaceAll("[\\[\\]'\" ]", "").split(",", -1);
        String module = scopes.length < 2 ? "" : scopes[scopes.length - 2];
        return module.length() > LONGEST ? "" : module;
      }
    }
    if (!node.getName().startsWith("/") || node.getName().length() > LONGEST) {
      return "";
    }
    List<String> parts = List.of(node.getName().substring(1).split("/"));
    return dotted(parts.subList(0, parts.size() - 1));
  }

  /** Joins scopes, of which torch writes those of numbered children as downsample/downsample.0. */
  private static String dotted(List<String> scopes) {
    List<String> path = new ArrayList<>();
    for (String scope : scopes) {
      int last = path.size() - 1;
      if (last >= 0 && scope.startsWith(path.get(last) + ".")) {
        path.set(last, scope);
      } else {
        path.add(scope);
      }
    }
    return String.join(".", path);
  }
}
