package dev.limelight.model;

import ai.djl.ndarray.NDManager;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A network that computes with one manager: that of its model, or for a shuffled copy one below it,
 * which owns the shuffled arrays and is closed with the copy.
 */
@API(status = Status.INTERNAL)
public abstract class WeightedNetwork implements Network {

  private final NDManager manager;
  private final boolean copy;

  /** The network of a model, which owns the manager. */
  protected WeightedNetwork(NDManager manager) {
    this.manager = manager;
    copy = false;
  }

  /** A shuffled copy. */
  protected WeightedNetwork(WeightedNetwork original) {
    manager = original.manager.newSubManager();
    copy = true;
  }

  /** The layers that have weights, with their parameters. */
  protected abstract WeightedLayers weights();

  /**
   * A copy in which the values of some parameters are shuffled.
   *
   * @param parameters by their names in {@link #weights}
   */
  protected abstract Network shuffled(Set<String> parameters, WeightShuffler shuffler);

  @Override
  public final NDManager manager() {
    return manager;
  }

  @Override
  public final List<String> weightedLayers() {
    return weights().names();
  }

  @Override
  public final Network shuffled(Collection<String> layers, long seed) {
    return shuffled(weights().parameters(layers), new WeightShuffler(seed));
  }

  @Override
  public final void close() {
    if (copy) {
      manager.close();
    }
  }
}
