package dev.limelight.onnx.pt2;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * How an operator whose result shares memory with its first input passes on what is written into
 * the result.
 */
@FunctionalInterface
@API(status = Status.INTERNAL)
public interface ViewRule {

  /**
   * Writes the nodes that compute the whole input after its part was replaced.
   *
   * @param call the operator, with the input before the change
   * @param part the new value of its result
   * @return the new value of its input
   */
  String written(Call call, GraphWriter graph, String part);

  /** For operators whose result cannot be written back. */
  static ViewRule none() {
    return (call, graph, part) -> {
      throw call.refuse(
          "its result is changed in place, and shares its memory; export the model after"
              + " run_decompositions()");
    };
  }
}
