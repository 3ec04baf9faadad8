package dev.limelight.model.mxnet;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.limelight.model.EngineName;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With inputs that an operator does not have, MXNet ends the whole process. */
class MxOperatorsTest {

  private static final String CONVOLUTION = "'kernel':'(1,1)','num_filter':'4'";

  @BeforeAll
  static void mxnet() {
    EngineName.MXNET.engine();
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Convolution             | " + CONVOLUTION + "                    | 3",
        "Convolution             | " + CONVOLUTION + ",'no_bias':'True'   | 2",
        "Convolution             | " + CONVOLUTION + ",'no_bias':'1'      | 2",
        "_npx_convolution        | " + CONVOLUTION + ",'no_bias':'true'   | 2",
        "Deconvolution           | " + CONVOLUTION + "                    | 2",
        "Deconvolution           | " + CONVOLUTION + ",'no_bias':'False'  | 3",
        "_contrib_DeformableConvolution | " + CONVOLUTION + "             | 4",
        "_contrib_DeformableConvolution | " + CONVOLUTION + ",'no_bias':'True' | 3",
        "FullyConnected          | 'num_hidden':'4'                       | 3",
        "FullyConnected          | 'num_hidden':'4','no_bias':'True'      | 2",
        "LeakyReLU               | 'act_type':'leaky'                     | 1",
        "LeakyReLU               | 'act_type':'prelu'                     | 2",
        "softmax                 | 'axis':'1'                             | 1",
        "softmax                 | 'use_length':'True'                    | 2",
        "SequenceMask            | 'axis':'0'                             | 1",
        "SequenceReverse         | 'use_sequence_length':'True'           | 2",
        "RNN       | 'mode':'gru','state_size':'4','num_layers':'1'       | 3",
        "RNN       | 'mode':'lstm','state_size':'4','num_layers':'1'      | 4",
        "CTCLoss                 | 'use_label_lengths':'True'             | 3",
        "_contrib_BilinearResize2D | 'height':'4','width':'4'             | 1",
        "_contrib_BilinearResize2D | 'mode':'like'                        | 2",
        "_contrib_AdaptiveAvgPooling2D | 'output_size':'1'                | 1",
        "mean                    | 'axis':'1'                             | 1",
        "slice_axis              | 'axis':'1','begin':'0','end':'1'       | 1",
        "Embedding               | 'input_dim':'4','output_dim':'4'       | 2",
        "LayerNorm               | 'axis':'-1'                            | 3",
      })
  void takesTheInputsThatItsAttributesSay(String operator, String attributes, int inputs) {
    assertThatCode(() -> MxOperators.check(graph("attrs", operator, attributes, inputs)))
        .doesNotThrowAnyException();
    for (int other : new int[] {inputs - 1, inputs + 1}) {
      assertThatThrownBy(() -> MxOperators.check(graph("attrs", operator, attributes, other)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the node 'node' (" + operator + ") has " + other)
          .hasMessageEndingWith("where MXNet takes " + inputs);
    }
  }

  @Test
  void symbolsOfOldVersionsSpellAttributesOtherwise() {
    for (String word : new String[] {"attr", "param"}) {
      MxGraph graph = graph(word, "Convolution", CONVOLUTION + ",'no_bias':'True'", 2);
      assertThatCode(() -> MxOperators.check(graph)).doesNotThrowAnyException();
    }
  }

  @Test
  void anAttributeThatMxnetDoesNotTakeIsRefused() {
    assertThatThrownBy(
            () ->
                MxOperators.check(
                    graph("attrs", "Convolution", CONVOLUTION + ",'no_bias':'maybe'", 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has attributes that MXNet does not take")
        .hasMessageContaining("no_bias");
  }

  /** A node with so many variables as its inputs. */
  private static MxGraph graph(String word, String operator, String attributes, int inputs) {
    SymbolText text = new SymbolText();
    int[] variables = new int[inputs];
    for (int i = 0; i < inputs; i++) {
      variables[i] = text.variable("input" + i);
    }
    String object = "{" + attributes.replace('\'', '"') + "}";
    int head = text.node(operator, "node", object, variables);
    return MxGraph.parse(
        text.json(head).replace("\"attrs\":{\"" + "kernel", "\"" + word + "\":{\"kernel"));
  }
}
