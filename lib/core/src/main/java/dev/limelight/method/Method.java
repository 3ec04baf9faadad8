package dev.limelight.method;

import ai.djl.ndarray.NDArray;
import dev.limelight.array.PlainArray;
import dev.limelight.support.UnsupportedException;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A way to say where a score comes from. An implementation is a record whose components are the
 * method's arguments. One that is a service, with a public constructor without arguments, is found
 * by its name.
 */
public interface Method {

  /**
   * What each channel contributes, signed: channels of the layer or of the picture, or one that
   * represents all.
   *
   * @param evidence what is known of the target, computed when it is asked for
   * @return (N, C, h, w)
   */
  NDArray parts(Evidence evidence);

  /**
   * The raw maps: the channels put together.
   *
   * @return (N, h, w), signed
   */
  default NDArray map(Evidence evidence) {
    return together(parts(evidence));
  }

  /**
   * The same as plain numbers. A method that computes its maps outside the engine overrides it, as
   * an array of the engine would take longer to make than the map.
   *
   * @return (N, h, w), signed
   */
  @API(status = Status.INTERNAL)
  default PlainArray numbers(Evidence evidence) {
    return PlainArray.of(map(evidence));
  }

  /**
   * Puts channels together, by their sum unless the method's paper says otherwise.
   *
   * @param parts (N, C, h, w)
   * @return (N, h, w)
   */
  default NDArray together(NDArray parts) {
    return parts.sum(new int[] {1});
  }

  /**
   * Asks for what comes from one forward if it is asked for before all else, where other methods or
   * the best classes are asked for as well.
   */
  default void prepare(Evidence evidence) {}

  /** The same method with what it chose for itself given, such as layers, to compute it again. */
  default Method resolved(Evidence evidence) {
    return this;
  }

  /** The name, needs and cost of the method. */
  MethodInfo info();

  /** What must be known of its maps, in sentences; none for most methods. */
  default List<String> notes() {
    return List.of();
  }

  /** The arguments, by name and in their order: by default the components of the record. */
  default Map<String, Object> parameters() {
    return MethodParameters.of(this);
  }

  /**
   * The cost for one picture, in addition to the one forward pass of the prediction.
   *
   * @throws UnsupportedException if it cannot run there; the message says why and what would
   */
  default Work work(Conditions at) {
    if (!info().gradients()) {
      return Work.of("activations");
    }
    return info().family() == MethodInfo.Family.GRADIENT
        ? at.backward("gradient of the whole network")
        : at.headBackward("gradients at the layer");
  }

  /**
   * The unit of the map.
   *
   * @param score the unit of the score, such as "logit"
   */
  default String unit(String score) {
    return score;
  }
}
