package dev.limelight.method;

import ai.djl.ndarray.NDArray;
import dev.limelight.model.Grid;
import dev.limelight.model.Layout;
import dev.limelight.model.WholeNetwork;
import dev.limelight.model.attention.AttentionForm;
import dev.limelight.model.attention.AttentionMaps;
import dev.limelight.model.relevance.Composite;
import dev.limelight.model.relevance.RelevanceMaps;
import dev.limelight.target.Target;
import org.jspecify.annotations.Nullable;

/**
 * What lies between a network's layers, for a batch of pictures.
 *
 * @param input the pictures, (N, C, H, W)
 * @param grid of the tokens if it is known, or null
 */
record Inside(WholeNetwork whole, NDArray input, @Nullable Grid grid, PassCounter counter) {

  AttentionMaps.Blocks blocks(AttentionForm form, Target target) {
    long pictures = input.getShape().get(0);
    if (form.hasGradient()) {
      counter.backwards(pictures);
    } else {
      counter.forwards(pictures);
    }
    return whole.attention(form).of(input, target::score);
  }

  AttentionMaps.Tokens tokens(AttentionForm form) {
    return whole.attention(form).tokens(input.getShape().slice(1));
  }

  Layout layout(AttentionMaps.Tokens tokens) {
    return WholeNetwork.layout(tokens, input.getShape(), grid);
  }

  RelevanceMaps.Relevance relevance(Composite composite, Target target) {
    counter.backwards(input.getShape().get(0));
    return whole.relevance(composite).of(input, target::score);
  }

  void require(AttentionForm form) {
    layout(tokens(form));
  }
}
