package dev.limelight.audit;

import java.io.Serializable;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** The running sum of the maps of a group of pictures. */
@API(status = Status.INTERNAL)
public final class MapSum implements Serializable {

  private static final long serialVersionUID = 1L;

  private final double[] cells = new double[AuditRow.SIDE * AuditRow.SIDE];
  private int pictures;
  private double object;
  private int knownObjects;

  /** Adds a picture that has a map. */
  public void add(AuditRow row) {
    float[] map = row.map();
    for (int i = 0; i < cells.length; i++) {
      cells[i] += map[i];
    }
    pictures++;
    if (!Double.isNaN(row.object())) {
      object += row.object();
      knownObjects++;
    }
  }

  /** Adds the pictures of another sum. */
  public void add(MapSum other) {
    for (int i = 0; i < cells.length; i++) {
      cells[i] += other.cells[i];
    }
    pictures += other.pictures;
    object += other.object;
    knownObjects += other.knownObjects;
  }

  /** The mean map, with a sum of 1; all zero without pictures. */
  float[] mean() {
    float[] mean = new float[cells.length];
    for (int i = 0; i < mean.length && pictures > 0; i++) {
      mean[i] = (float) (cells[i] / pictures);
    }
    return mean;
  }

  /** The mean share on the object, over the pictures with a known object; NaN if there are none. */
  double object() {
    return knownObjects == 0 ? Double.NaN : object / knownObjects;
  }
}
