package dev.limelight.torch.script;

import dev.limelight.io.Names;
import dev.limelight.support.UnsupportedException;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes a model as a method that leaves its ReLUs to the caller: {@code limelight_guided(x)} gives
 * one list of tensors, the output of every ReLU twice in the order in which they run, and the
 * logits at the end. The second of each is a leaf: what is recorded after it does not reach through
 * the ReLU.
 */
final class ScriptGuided {

  static final String GUIDED = "limelight_guided";

  private static final String FOUND = "limelight_relus";

  /** Calls that create a tensor, which is no view of another. */
  private static final Pattern CREATING_CALLS =
      Pattern.compile(
          "torch\\.(batch_norm|_convolution|conv2d|linear|addmm|add|mul|cat|max_pool2d)\\(.*|"
              + "\\(.+\\)\\.forward\\w*\\(.*",
          Pattern.DOTALL);

  private static final Set<String> CREATING_MODULES =
      Set.of("Conv2d", "BatchNorm2d", "Linear", "MaxPool2d");
  private static final Pattern IN_PLACE =
      Pattern.compile("torch\\.(?:add|mul|sub|div)_\\((\\w+),.*", Pattern.DOTALL);

  private final ScriptFlow flow;
  private final ScriptRelus relus;
  private final StringBuilder out = new StringBuilder();
  private final Set<String> fresh = new HashSet<>();
  private int count;
  private int others;

  /**
   * The text of a method.
   *
   * @param text in TorchScript
   * @param relus how many it leaves to the caller
   * @param others how many activations are similar to a ReLU and stay as they are
   */
  record Written(String text, int relus, int others) {}

  private ScriptGuided(ScriptFlow flow, ScriptRelus relus) {
    this.flow = flow;
    this.relus = relus;
  }

  /**
   * The text of the method.
   *
   * @param flow the model, written out down to its ReLUs
   * @throws UnsupportedException if a ReLU is inside a condition or a loop
   */
  static Written method(ScriptFlow flow, ScriptRelus relus, String type) {
    ScriptGuided guided = new ScriptGuided(flow, relus);
    String text = guided.write(type);
    return new Written(text, guided.count, guided.others);
  }

  private String write(String type) {
    flow.writeHead(out, GUIDED, type, ScriptTypes.TENSORS);
    String picture = flow.parameters().get(0).name();
    // What runs in place may follow, and a leaf cannot be changed.
    line(picture + " = torch.clone(" + picture + ")");
    line(FOUND + " = annotate(List[Tensor], [])");
    flow.statements().forEach(this::statement);
    line("torch.append(" + FOUND + ", " + flow.logits() + ")");
    line("return " + FOUND);
    return out.toString();
  }

  private void statement(ScriptStatement statement) {
    ScriptStatement.Assignment assignment = statement.assignment();
    ScriptRelus.Relu relu =
        assignment == null ? null : ScriptRelus.of(assignment.value(), flow.constants());
    if (assignment == null || relu == null) {
      if (statement.isCompound() && mayHideOne(statement)) {
        throw new UnsupportedException(
            "one stands inside a condition or a loop: " + Names.printable(statement.text()));
      }
      others += ScriptRelus.similar(statement.text());
      statement.write(out, "    ");
      fresh.removeAll(statement.assigned());
      if (assignment != null && isFresh(assignment.value())) {
        fresh.addAll(assignment.targets());
      }
      return;
    }
    String output = "limelight_relu_" + count;
    String leaf = "limelight_leaf_" + count++;
    String input = relu.input();
    if (!Double.isInfinite(relu.upper())) {
      // A copy, as the input may be changed before the way back reads it.
      input = "torch.clamp_max(torch.clone(" + input + "), " + relu.upper() + ")";
    }
    line(output + " = torch.relu(" + input + ")");
    line(leaf + " = torch.requires_grad_(torch.detach(" + output + "), True)");
    line("torch.append(" + FOUND + ", " + output + ")");
    line("torch.append(" + FOUND + ", " + leaf + ")");
    if (relu.inPlace() && fresh.contains(relu.input())) {
      // Or the backward pass through the copy would bring zeros to all layers before it.
      line(relu.input() + " = torch.detach_(" + relu.input() + ")");
    }
    String result =
        relu.inPlace()
            ? "torch.copy_(" + relu.input() + ", " + leaf + ")"
            : "torch.clone(" + leaf + ")";
    line(assignment.targets().get(0) + " = " + result);
    if (!relu.inPlace() || fresh.contains(relu.input())) {
      fresh.add(assignment.targets().get(0));
    }
  }

  private boolean isFresh(String value) {
    Matcher inPlace = IN_PLACE.matcher(value);
    if (inPlace.matches() || fresh.contains(value)) {
      return fresh.contains(inPlace.matches() ? inPlace.group(1) : value);
    }
    return CREATING_CALLS.matcher(value).matches()
        && flow.modules().called(value).stream()
            .allMatch(type -> CREATING_MODULES.contains(type.simpleName()));
  }

  private boolean mayHideOne(ScriptStatement statement) {
    return relus.mayBeIn(statement.text())
        || flow.modules().called(statement.text()).stream().anyMatch(relus::mayBeIn)
        || statement.body().stream().anyMatch(this::mayHideOne)
        || statement.otherwise().stream().anyMatch(this::mayHideOne);
  }

  private void line(String text) {
    out.append("    ").append(text).append('\n');
  }
}
