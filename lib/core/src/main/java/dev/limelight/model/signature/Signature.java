package dev.limelight.model.signature;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The inputs and outputs of a model, and what is done with them.
 *
 * @param inputs all inputs, the picture among them; none if the format has no names for them
 * @param outputs all outputs; none if the format has no names for them
 * @param explained the name of the output that is explained, or null where there is but one
 * @param notes on what was chosen where the file leaves a choice; a sentence each
 */
public record Signature(
    List<Port> inputs, List<Port> outputs, @Nullable String explained, List<String> notes) {

  /** Of a model with one input and one output, without a choice. */
  public static final Signature PLAIN = new Signature(List.of(), List.of(), null, List.of());

  /** Copies the lists. */
  public Signature {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    notes = List.copyOf(notes);
  }

  /** With the output that was chosen, which is not named where there is but one. */
  public static Signature of(
      List<Port> inputs, List<Port> outputs, OutputRule.Chosen chosen, List<String> notes) {
    List<String> all = new ArrayList<>(notes);
    if (chosen.note() != null) {
      all.add(chosen.note());
    }
    return new Signature(inputs, outputs, outputs.size() > 1 ? chosen.name() : null, all);
  }
}
