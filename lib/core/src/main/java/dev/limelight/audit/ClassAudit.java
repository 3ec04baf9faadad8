package dev.limelight.audit;

import dev.limelight.image.Heatmap;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The evidence in the pictures of one predicted class.
 *
 * @param predicted the class
 * @param label its name
 * @param pictures the number of its pictures
 * @param blank the number of pictures without positive evidence
 * @param accuracy the share of correct predictions; NaN if the true classes are not known
 * @param border the mean share of the evidence within a tenth of the side from an edge
 * @param background the mean share in the rest of the picture, except on an object that is known
 * @param object the mean share on the object; NaN if it is not known
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
