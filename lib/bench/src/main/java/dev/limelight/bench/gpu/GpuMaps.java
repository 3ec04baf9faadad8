package dev.limelight.bench.gpu;

import ai.djl.Device;
import ai.djl.Model;
import dev.limelight.Explainer;
import dev.limelight.Plan;
import dev.limelight.Question;
import dev.limelight.bench.Setting;
import dev.limelight.cam.GradCam;
import dev.limelight.gradient.Saliency;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.method.Work;
import dev.limelight.target.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The process that compares a network's maps on a GPU with those of the same engine on the CPU. A
 * difference is the length of that of two maps by the length of the CPU's.
 */
final class GpuMaps {

  /** Grad-CAM and saliency. */
  static final String TWO = "two";

  /** All methods that are quick enough on the CPU. */
  static final String ALL = "all";

  private static final int LABEL = 7;
  private static final double TOLERANCE = 1e-4;
  private static final long MOST_PASSES = 600;

  private GpuMaps() {}

  /**
   * Compares.
   *
   * @param args those of {@link Setting}, a {@link Placement}, a network, and {@link #TWO} or
   *     {@link #ALL}
   */
  public static void main(String[] args) throws IOException {
    int own = Setting.ARGUMENTS;
    Setting setting = Setting.of(args);
    Placement placement = Placement.valueOf(args[own]);
    String network = args[own + 1];
    float[] picture = Setting.noise(0);
    try (Model gpu = placement.load(setting.models(), network, Device.gpu());
        Model cpu = placement.load(setting.models(), network, Device.cpu());
        Explainer there = Explainer.of(gpu);
        Explainer here = Explainer.of(cpu)) {
      if (args[own + 2].equals(TWO)) {
        Row.print(
            "gpu maps",
            network,
            placement.title(),
            "0".equals(System.getenv("NVIDIA_TF32_OVERRIDE")) ? "off" : "as usual",
            shown(difference(here, there, picture, new GradCam())),
            shown(difference(here, there, picture, new Saliency())));
      } else {
        all(placement, network, here, there, picture);
      }
    }
  }

  private static void all(
      Placement placement, String network, Explainer here, Explainer there, float[] picture) {
    int compared = 0;
    int slow = 0;
    double largest = 0;
    List<String> others = new ArrayList<>();
    for (Method method : Methods.all()) {
      Plan.Row plan = here.plan(List.of(method), Target.of(LABEL)).rows().get(0);
      Work work = plan.work();
      if (!plan.runs() || work == null) {
        continue;
      }
      if (work.forwards() + work.headForwards() + work.headBackwards() + work.backwards()
          > MOST_PASSES) {
        slow++;
        continue;
      }
      double difference = difference(here, there, picture, method);
      compared++;
      largest = Math.max(largest, difference);
      if (!(difference <= TOLERANCE)) {
        others.add(method.info().name() + " " + shown(difference));
      }
      System.out.println(placement.title() + ", " + method.info().name() + ": " + difference);
    }
    Row.print(
        "gpu methods",
        network,
        placement.title(),
        String.valueOf(compared),
        shown(largest),
        others.isEmpty() ? "none" : String.join(", ", others),
        String.valueOf(slow));
  }

  private static String shown(double difference) {
    return String.format(Locale.ROOT, "%.1e", difference);
  }

  private static double difference(
      Explainer expected, Explainer found, float[] picture, Method method) {
    float[] a = map(expected, picture, method);
    float[] b = map(found, picture, method);
    double between = 0;
    double length = 0;
    for (int i = 0; i < a.length; i++) {
      double apart = (double) b[i] - a[i];
      between += apart * apart;
      length += (double) a[i] * a[i];
    }
    return between == 0 ? 0 : Math.sqrt(between / length);
  }

  private static float[] map(Explainer explainer, float[] picture, Method method) {
    return explainer
        .explain(Question.of(1, i -> picture).methods(method).targets(Target.of(LABEL)))
        .get(0)
        .map()
        .values();
  }
}
