package dev.limelight.onnx.file;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import java.io.IOException;

/**
 * Visits the tensors with values of a model wherever they are: weights, sparse weights, attributes
 * of nodes, and those of the graphs inside nodes, of functions and of training steps.
 */
final class EveryTensor {

  private final Change change;

  /** What becomes of a tensor. */
  @FunctionalInterface
  interface Change {

    /** The tensor itself, or another in its place. */
    TensorProto of(TensorProto tensor) throws IOException;
  }

  private EveryTensor(Change change) {
    this.change = change;
  }

  /** The model with its tensors changed; what is unchanged is shared. */
  static ModelProto changed(ModelProto model, Change change) throws IOException {
    return new EveryTensor(change).in(model);
  }

  private ModelProto in(ModelProto model) throws IOException {
    ModelProto.Builder changed = model.toBuilder();
    if (model.hasGraph()) {
      changed.setGraph(in(model.getGraph()));
    }
    for (int i = 0; i < model.getFunctionsCount(); i++) {
      FunctionProto.Builder function = model.getFunctions(i).toBuilder();
      for (int j = 0; j < function.getNodeCount(); j++) {
        function.setNode(j, in(function.getNode(j)));
      }
      for (int j = 0; j < function.getAttributeProtoCount(); j++) {
        function.setAttributeProto(j, in(function.getAttributeProto(j)));
      }
      changed.setFunctions(i, function);
    }
    for (int i = 0; i < model.getTrainingInfoCount(); i++) {
      TrainingInfoProto training = model.getTrainingInfo(i);
      changed.setTrainingInfo(
          i,
          training.toBuilder()
              .setInitialization(in(training.getInitialization()))
              .setAlgorithm(in(training.getAlgorithm())));
    }
    return changed.build();
  }

  private GraphProto in(GraphProto graph) throws IOException {
    GraphProto.Builder changed = graph.toBuilder();
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      TensorProto weight = graph.getInitializer(i);
      TensorProto other = change.of(weight);
      if (other != weight) {
        changed.setInitializer(i, other);
      }
    }
    for (int i = 0; i < graph.getSparseInitializerCount(); i++) {
      changed.setSparseInitializer(i, in(graph.getSparseInitializer(i)));
    }
    for (int i = 0; i < graph.getNodeCount(); i++) {
      NodeProto node = graph.getNode(i);
      NodeProto other = in(node);
      if (other != node) {
        changed.setNode(i, other);
      }
    }
    return changed.build();
  }

  private SparseTensorProto in(SparseTensorProto sparse) throws IOException {
    return sparse.toBuilder()
        .setValues(change.of(sparse.getValues()))
        .setIndices(change.of(sparse.getIndices()))
        .build();
  }

  private NodeProto in(NodeProto node) throws IOException {
    NodeProto changed = node;
    for (int i = 0; i < node.getAttributeCount(); i++) {
      AttributeProto attribute = node.getAttribute(i);
      if (holdsTensors(attribute)) {
        changed = changed.toBuilder().setAttribute(i, in(attribute)).build();
      }
    }
    return changed;
  }

  private static boolean holdsTensors(AttributeProto attribute) {
    return attribute.hasT()
        || attribute.hasG()
        || attribute.hasSparseTensor()
        || attribute.getTensorsCount() > 0
        || attribute.getGraphsCount() > 0
        || attribute.getSparseTensorsCount() > 0;
  }

  private AttributeProto in(AttributeProto attribute) throws IOException {
    AttributeProto.Builder changed = attribute.toBuilder();
    if (attribute.hasT()) {
      changed.setT(change.of(attribute.getT()));
    }
    if (attribute.hasG()) {
      changed.setG(in(attribute.getG()));
    }
    if (attribute.hasSparseTensor()) {
      changed.setSparseTensor(in(attribute.getSparseTensor()));
    }
    for (int i = 0; i < attribute.getTensorsCount(); i++) {
      changed.setTensors(i, change.of(attribute.getTensors(i)));
    }
    for (int i = 0; i < attribute.getGraphsCount(); i++) {
      changed.setGraphs(i, in(attribute.getGraphs(i)));
    }
    for (int i = 0; i < attribute.getSparseTensorsCount(); i++) {
      changed.setSparseTensors(i, in(attribute.getSparseTensors(i)));
    }
    return changed.build();
  }
}
