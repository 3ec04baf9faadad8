package dev.limelight.purpose;

import ai.djl.ndarray.NDArray;
import dev.limelight.method.Conditions;
import dev.limelight.method.Evidence;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Methods;
import dev.limelight.method.Work;
import dev.limelight.model.finer.FinerLayers;
import dev.limelight.support.UnsupportedException;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.kohsuke.MetaInfServices;

/**
 * Where the whole object is, for boxes and polygons: {@code spotlight(focus=whole)} where the
 * network has two finer layers that everything passes, otherwise Grad-CAM. Which one it is does not
 * depend on the picture, and is written in the provenance. docs/SPOTLIGHT.md has the measurements.
 *
 * <p>Not to learn why: the spotlight's values are relative.
 *
 * @param by spotlight or grad-cam, or empty to choose
 * @param fine the names of the spotlight's two finer layers, joined by a plus, or empty to find
 *     them
 */
@API(status = Status.INTERNAL)
@MetaInfServices(Method.class)
public record Localise(String by, String fine) implements Method {

  private static final String NAME = "localise";

  private static final String SPOTLIGHT = "spotlight";

  private static final String GRAD_CAM = "grad-cam";

  private static final int LAYERS = 2;

  /** The share of the map's maximum above which a pixel belongs to the object. */
  public static final double SHARE = 0.2;

  /** By what fits the network. */
  public Localise() {
    this("", "");
  }

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException if it is neither of both methods, or names layers for Grad-CAM
   */
  public Localise {
    if (!List.of("", SPOTLIGHT, GRAD_CAM).contains(by)) {
      throw new IllegalArgumentException(
          NAME + " is by spotlight or grad-cam, but got '" + by + "'; leave it away to choose");
    }
    if (by.equals(GRAD_CAM) && !fine.isEmpty()) {
      throw new IllegalArgumentException(
          NAME + " by grad-cam reads one layer; leave fine='" + fine + "' away");
    }
    FinerLayers.names(NAME, fine, LAYERS);
  }

  private static Method spotlight(String fine) {
    return Methods.named(SPOTLIGHT, Map.of("focus", "whole", "fine", fine));
  }

  private Method chosen(Conditions.FinerChoice layers) {
    if (by.equals(GRAD_CAM)) {
      return Methods.named(GRAD_CAM);
    }
    if (by.isEmpty() && fine.isEmpty()) {
      try {
        layers.choose(NAME, LAYERS, List.of());
      } catch (UnsupportedException e) {
        return Methods.named(GRAD_CAM);
      }
    }
    return spotlight(fine);
  }

  /** One channel at the input's size, (N, 1, H, W), or those of Grad-CAM. */
  @Override
  public NDArray parts(Evidence evidence) {
    return chosen(evidence::finer).parts(evidence);
  }

  @Override
  public void prepare(Evidence evidence) {
    chosen(evidence::finer).prepare(evidence);
  }

  @Override
  public Method resolved(Evidence evidence) {
    Method resolved = chosen(evidence::finer).resolved(evidence);
    String layers = String.valueOf(resolved.parameters().getOrDefault("fine", ""));
    return new Localise(resolved.info().name(), layers);
  }

  @Override
  public Work work(Conditions at) {
    Method chosen = chosen(at.finer());
    Work work = chosen.work(at);
    return chosen.info().name().equals(GRAD_CAM)
        ? work.sameAs(GRAD_CAM)
        : work.withHow(chosen.info().name() + ": " + work.how());
  }

  @Override
  public List<String> notes() {
    return by.equals(GRAD_CAM)
        ? List.of(
            "the object was localised by grad-cam, as this network has no two finer layers that"
                + " everything passes for spotlight; boxes are coarser")
        : List.of();
  }

  @Override
  public String unit(String score) {
    return by.equals(GRAD_CAM) ? score : spotlight(fine).unit(score);
  }

  @Override
  public MethodInfo info() {
    return MethodInfo.cam(NAME)
        .withSummary(
            "The map that finds the whole object best: spotlight, or grad-cam where the network has no finer layers.")
        .withGradients()
        .withCost("one head backward")
        .withPaper("Limelight, 2026");
  }
}
