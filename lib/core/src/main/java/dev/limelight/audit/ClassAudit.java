package dev.limelight.audit;

import dev.limelight.image.Heatmap;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Where the evidence lies in the pictures that are taken for one class.
 *
 * @param predicted the class
 * @param label what it is called
 * @param pictures how many
 * @param blank how many of them have no positive evidence
 * @param accuracy the share whose true class it is; NaN where true classes are not known
 * @param border the mean share of the evidence within a tenth of the side from an edge
 * @param background the mean share in the rest of the picture, beside the object where it is known
 * @param object the mean share on the object; NaN where it is not known
 * @param meanMap the mean of the maps, each with a sum of 1
 */
@API(status = Status.INTERNAL)
public record ClassAudit(
    int predicted,
    String label,
    int pictures,
    int blank,
    double accuracy,
    double border,
    double background,
    double object,
    Heatmap meanMap) {}
