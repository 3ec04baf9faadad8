package dev.limelight.evaluation;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.method.Method;
import dev.limelight.metric.Experiment;
import dev.limelight.metric.Experiment.Answer;
import dev.limelight.metric.Experiment.Kind;
import dev.limelight.metric.Experiment.Request;
import dev.limelight.metric.Measurement;
import dev.limelight.metric.Metric;
import dev.limelight.metric.Trial;
import dev.limelight.target.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Runs experiments: the changed pictures that all of them ask for go through the network in shared
 * batches, whatever method or metric they are for.
 */
@API(status = Status.INTERNAL)
public final class ExperimentRunner {

  private final Explainer explainer;

  /** Asks the network of an explainer, which stays the caller's. */
  public ExperimentRunner(Explainer explainer) {
    this.explainer = explainer;
  }

  /**
   * One map to measure by one metric.
   *
   * @param metric how
   * @param method that made the map
   * @param trial the map
   */
  public record Job(Metric metric, Method method, Trial trial) {}

  /** A request with its index among the answers of its job. */
  private record Asked(Job job, Request request, Answer[] answers, int index) {}

  /** The measurement of each job, in their order. */
  public List<Measurement> run(List<Job> jobs) {
    List<Experiment> experiments = new ArrayList<>();
    List<Answer[]> answers = new ArrayList<>();
    Map<Kind, List<Asked>> asked = new LinkedHashMap<>();
    for (Job job : jobs) {
      Experiment experiment = experiment(job);
      Answer[] jobAnswers = new Answer[experiment.requests().size()];
      experiments.add(experiment);
      answers.add(jobAnswers);
      for (int i = 0; i < jobAnswers.length; i++) {
        Request request = experiment.requests().get(i);
        asked
            .computeIfAbsent(request.kind(), kind -> new ArrayList<>())
            .add(new Asked(job, request, jobAnswers, i));
      }
    }
    score(asked.getOrDefault(Kind.SCORE, List.of()));
    explain(explainer, asked.getOrDefault(Kind.EXPLAIN, List.of()));
    randomised(asked.getOrDefault(Kind.EXPLAIN_RANDOMISED, List.of()));
    List<Measurement> measured = new ArrayList<>();
    for (int i = 0; i < jobs.size(); i++) {
      measured.add(experiments.get(i).result().apply(List.of(answers.get(i))));
    }
    return measured;
  }

  /** Metrics of other jars are not asked for what they cannot measure. */
  private static Experiment experiment(Job job) {
    Optional<String> unusable =
        job.metric().info().needsMask() ? job.trial().unusableMask() : Optional.empty();
    return unusable.map(Experiment::discarded).orElseGet(() -> job.metric().of(job.trial()));
  }

  private void score(List<Asked> asked) {
    float[][] logits = explainer.logits(asked.size(), i -> asked.get(i).request().input().get());
    for (int i = 0; i < logits.length; i++) {
      Asked one = asked.get(i);
      double probability = one.job().trial().explanation().probability(logits[i]);
      one.answers()[one.index()] = new Answer(probability, null);
    }
  }

  /** Maps by one method for one class go together. */
  private record Group(Method method, int target) {}

  private static void explain(Explainer by, List<Asked> asked) {
    Map<Group, List<Asked>> groups = new LinkedHashMap<>();
    for (Asked one : asked) {
      Group group = new Group(one.job().method(), one.job().trial().explanation().target());
      groups.computeIfAbsent(group, key -> new ArrayList<>()).add(one);
    }
    groups.forEach(
        (group, some) -> {
          List<Explanation> found =
              by.explain(
                  Question.of(some.size(), i -> some.get(i).request().input().get())
                      .methods(group.method())
                      .targets(Target.of(group.target())));
          for (int i = 0; i < some.size(); i++) {
            Explanation map = found.get(i);
            some.get(i).answers()[some.get(i).index()] = new Answer(map.probability(), map);
          }
        });
  }

  private void randomised(List<Asked> asked) {
    if (asked.isEmpty()) {
      return;
    }
    long seed = asked.get(0).job().trial().seed();
    try (Explainer shuffled = explainer.shuffled(1, seed)) {
      explain(shuffled, asked);
    }
  }
}
