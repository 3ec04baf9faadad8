package dev.limelight.evaluation;

import dev.limelight.evaluation.Evaluation.Contender;
import dev.limelight.metric.Measurement;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * One measurement of an evaluation.
 *
 * @param index the index of the picture in the set
 * @param picture what the set calls it
 * @param contender whose map was measured
 * @param metric by its name
 * @param measurement what was found, or why nothing was
 */
@API(status = Status.INTERNAL)
public record Cell(
    int index, String picture, Contender contender, String metric, Measurement measurement) {}
