package dev.limelight.model.mxnet;

import ai.djl.Model;
import ai.djl.mxnet.engine.MxNDManager;
import ai.djl.mxnet.engine.MxSymbolBlock;
import ai.djl.mxnet.engine.Symbol;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Writes the JSON of an MXNet symbol, node by node. */
public final class SymbolText {
  private final StringBuilder nodes = new StringBuilder();
  private final StringBuilder arguments = new StringBuilder();
  private int count;

  public int variable(String name) {
    arguments.append(arguments.isEmpty() ? "" : ",").append(count);
    return node("null", name, "{}");
  }

  public int batchNorm(String name, int x) {
    return node(
        "BatchNorm",
        name,
        "{\"fix_gamma\":\"False\",\"eps\":\"1e-5\"}",
        x,
        variable(name + "_gamma"),
        variable(name + "_beta"),
        variable(name + "_moving_mean"),
        variable(name + "_moving_var"));
  }

  public int node(String operator, String name, String attributes, int... inputs) {
    StringBuilder list = new StringBuilder();
    for (int input : inputs) {
      list.append(list.isEmpty() ? "" : ",").append("[").append(input).append(",0,0]");
    }
    nodes
        .append(count == 0 ? "" : ",")
        .append(
            "{\"op\":\"%s\",\"name\":\"%s\",\"attrs\":%s,\"inputs\":[%s]}"
                .formatted(operator, name, attributes, list));
    return count++;
  }

  public String json(int head) {
    StringBuilder rows = new StringBuilder("0");
    for (int i = 1; i <= count; i++) {
      rows.append(",").append(i);
    }
    return "{\"nodes\":[%s],\"arg_nodes\":[%s],\"node_row_ptr\":[%s],\"heads\":[[%d,0,0]],\"attrs\":{\"mxnet_version\":[\"int\",10900]}}"
        .formatted(nodes, arguments, rows, head);
  }

  /** A model of this symbol with Gaussian parameters of those shapes. */
  public Model model(int head, Map<String, Shape> shapes, List<String> inputs) {
    Model model = Model.newInstance("symbol", "MXNet");
    NDManager manager = model.getNDManager();
    MxSymbolBlock block =
        new MxSymbolBlock(manager, Symbol.loadJson((MxNDManager) manager, json(head)));
    Random random = new Random(1);
    for (Parameter parameter : block.getAllParameters()) {
      Shape shape = shapes.get(parameter.getName());
      if (shape != null) {
        float[] values = new float[(int) shape.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) random.nextGaussian();
        }
        parameter.setArray(manager.create(values, shape));
      }
    }
    block.setInputNames(inputs);
    model.setBlock(block);
    return model;
  }
}
