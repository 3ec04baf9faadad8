package dev.limelight.torch;

/**
 * Writes a model as a method that leaves its ReLUs to the caller: {@code limelight_guided(x)} gives
 * one list of tensors, the input and the output of every ReLU in the order in which they run, and
 * the logits at the end. Each output is a leaf: what is recorded behind it does not reach through
 * the ReLU.
 */
final class ScriptGuided {

  static final String GUIDED = "limelight_guided";

  private static final String FOUND = "limelight_relus";

  private final ScriptFlow flow;
  private final ScriptRelus relus;
  private final StringBuilder out = new StringBuilder();
  private int count;

  private ScriptGuided(ScriptFlow flow, ScriptRelus relus) {
    this.flow = flow;
    this.relus = relus;
  }

  /**
   * The text of the method.
   *
   * @param flow the model, written out down to its ReLUs
   * @throws IllegalArgumentException if a ReLU stands where it cannot be seen
   */
  static String method(ScriptFlow flow, ScriptRelus relus, String type) {
    return new ScriptGuided(flow, relus).write(type);
  }

  private String write(String type) {
    flow.writeHead(out, GUIDED, type, ScriptTypes.TENSORS);
    String picture = flow.parameters().get(0).name();
    // What runs in place may follow, and a leaf cannot be changed.
    line(picture + " = torch.mul(" + picture + ", 1)");
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
    if (relu == null) {
      if (statement.isCompound() && mayHideOne(statement)) {
        throw new IllegalArgumentException(
            "one stands inside a condition or a loop: " + statement.text());
      }
      statement.write(out, "    ");
      return;
    }
    String input = "limelight_input_" + count;
    String leaf = "limelight_leaf_" + count++;
    // A copy, as the input may be changed before the way back.
    line(input + " = torch.clone(" + relu.input() + ")");
    if (!Double.isInfinite(relu.upper())) {
      line(input + " = torch.clamp_max(" + input + ", " + relu.upper() + ")");
    }
    line(leaf + " = torch.requires_grad_(torch.relu(torch.detach(" + input + ")), True)");
    line("torch.append(" + FOUND + ", " + input + ")");
    line("torch.append(" + FOUND + ", " + leaf + ")");
    String result =
        relu.inPlace()
            ? "torch.copy_(" + relu.input() + ", " + leaf + ")"
            : "torch.mul(" + leaf + ", 1)";
    line(assignment.targets().get(0) + " = " + result);
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
