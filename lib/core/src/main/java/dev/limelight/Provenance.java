package dev.limelight;

import java.util.List;

/**
 * How an explanation was made, enough to make it again.
 *
 * @param method the method with its arguments
 * @param layer where the network was cut; several are joined by commas
 * @param target what was explained, as it was asked for
 * @param model the model's name
 * @param modelSha256 the hash of the model's files, or null where it came from memory
 * @param outputActivation what follows the logits and was left out, such as "softmax", or null
 * @param engine the engine and its version
 * @param limelight the version of this library
 */
public record Provenance(
    String method,
    String layer,
    String target,
    String model,
    String modelSha256,
    String outputActivation,
    String engine,
    String limelight) {

  /** The same at several layers. */
  Provenance at(List<String> layers) {
    return new Provenance(
        method,
        String.join(", ", layers),
        target,
        model,
        modelSha256,
        outputActivation,
        engine,
        limelight);
  }
}
