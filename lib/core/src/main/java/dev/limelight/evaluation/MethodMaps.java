package dev.limelight.evaluation;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.image.Picture;
import dev.limelight.method.Method;
import dev.limelight.support.Support;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The maps of one picture by several methods: of all from one forward, and where one of them cannot
 * run, of each alone.
 *
 * @param maps by their methods, in the order in which they were asked for
 * @param refused the reason, by method, for those that cannot run
 */
@API(status = Status.INTERNAL)
public record MethodMaps(Map<Method, Explanation> maps, Map<Method, Support> refused) {

  /**
   * Explains a picture.
   *
   * @throws CancellationException within one batch of an interrupt
   */
  public static MethodMaps of(
      Explainer explainer, Picture picture, List<? extends Method> methods, Target target) {
    MethodMaps maps = new MethodMaps(new LinkedHashMap<>(), new LinkedHashMap<>());
    maps.explain(explainer, picture, methods, target);
    return maps;
  }

  private void explain(
      Explainer explainer, Picture picture, List<? extends Method> methods, Target target) {
    try {
      List<Explanation> all =
          explainer.explain(Question.of(picture).ofSet().methods(methods).targets(target));
      for (int i = 0; i < all.size(); i++) {
        maps.put(methods.get(i), all.get(i));
      }
    } catch (UnsupportedException e) {
      if (methods.size() == 1) {
        refused.put(methods.get(0), Support.no(e));
      } else {
        methods.forEach(method -> explain(explainer, picture, List.of(method), target));
      }
    }
  }
}
