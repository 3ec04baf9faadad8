package dev.limelight.model.loading;

import ai.djl.Model;
import dev.limelight.model.EngineName;
import dev.limelight.model.Network;
import dev.limelight.model.loading.FastestEngine.Setup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a forward takes on both engines, in milliseconds.
 *
 * @param own of the model's engine
 * @param onnx of ONNX Runtime
 */
record EngineTimes(double own, double onnx) {

  private static final String CHOSEN = "engine chosen by speed: ";

  /** How much quicker ONNX Runtime has to be: less is noise. */
  private static final double MARGIN = 0.95;

  /** The times that were kept, or null if they cannot be read. */
  static @Nullable EngineTimes of(Map<String, String> facts) {
    try {
      return new EngineTimes(
          Double.parseDouble(facts.getOrDefault("own", "")),
          Double.parseDouble(facts.getOrDefault("onnx", "")));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /**
   * Measures both, once their gradients are known to be the same.
   *
   * @throws dev.limelight.support.UnsupportedException if they are not
   */
  static EngineTimes compared(Setup setup, Model own, Model onnx) {
    return measured(setup, own, onnx, true);
  }

  /** Measures both, whose gradients are known to be the same. */
  static EngineTimes measured(Setup setup, Model own, Model onnx) {
    return measured(setup, own, onnx, false);
  }

  private static EngineTimes measured(Setup setup, Model own, Model onnx, boolean compares) {
    List<Network> networks = new ArrayList<>();
    List<ForwardTrial> trials = new ArrayList<>();
    try {
      for (Model model : List.of(own, onnx)) {
        Network network = setup.network(model);
        networks.add(network);
        trials.add(new ForwardTrial(network, setup.picture(model)));
      }
      if (compares) {
        ForwardTrial.checkGradients(trials.get(0), trials.get(1));
      }
      List<Double> times = ForwardTrial.milliseconds(trials);
      return new EngineTimes(times.get(0), times.get(1));
    } finally {
      trials.forEach(ForwardTrial::close);
      networks.forEach(Network::close);
    }
  }

  Map<String, String> facts() {
    return Map.of("own", String.valueOf(own), "onnx", String.valueOf(onnx));
  }

  boolean onnxIsQuicker() {
    return onnx < MARGIN * own;
  }

  /**
   * Why an engine was chosen.
   *
   * @param engine that of the model
   */
  List<String> notes(EngineName engine) {
    String ownTime = String.format(Locale.ROOT, "%.1f ms on %s", own, engine.title());
    String onnxTime =
        String.format(Locale.ROOT, "%.1f ms on %s", onnx, EngineName.ONNX_RUNTIME.title());
    return List.of(
        CHOSEN
            + (onnxIsQuicker() ? EngineName.ONNX_RUNTIME : engine).title()
            + "; a forward takes "
            + (onnxIsQuicker() ? onnxTime + " and " + ownTime : ownTime + " and " + onnxTime));
  }

  /**
   * Why an engine was used without measuring.
   *
   * @param engine its title
   */
  static List<String> notes(String engine, String reason) {
    return List.of(CHOSEN + engine + ", as " + reason);
  }

  /** The first sentence of an error, without what to do about it. */
  static String reason(Exception error) {
    String message = Objects.requireNonNullElse(error.getMessage(), "it cannot be measured");
    return message.lines().findFirst().orElse("").replaceFirst("; [^;]*$", "");
  }
}
