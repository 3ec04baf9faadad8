package dev.limelight.concept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The values that make_concepts.py stored. */
class PeerConceptsTest {

  private static Peers peers;

  private record Peers(
      double[][] rows,
      double error,
      double[][] parts,
      double[][] known,
      double[][] coefficients,
      double[] masked,
      double[] importance,
      double[][] examples,
      double[][] others,
      double[] plane) {}

  @BeforeAll
  static void read() throws IOException {
    try (Reader json =
        new InputStreamReader(
            Objects.requireNonNull(
                PeerConceptsTest.class.getResourceAsStream("/concepts/peers.json")),
            StandardCharsets.UTF_8)) {
      peers = new Gson().fromJson(json, Peers.class);
    }
  }

  @Test
  void theFactorisationIsScikitLearns() {
    Nmf found = Nmf.of(peers.rows, 3);
    assertThat(found.error()).isLessThan(1.01 * peers.error);
    for (double[] part : peers.parts) {
      double nearest =
          Arrays.stream(found.parts())
              .mapToDouble(own -> Products.dot(own, part))
              .boxed()
              .max(Comparator.naturalOrder())
              .orElseThrow();
      assertThat(nearest).isCloseTo(1, within(0.01));
    }
  }

  @Test
  void theCoefficientsAreScipys() {
    double[][] found = LeastSquares.coefficients(peers.rows, peers.known);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).containsExactly(peers.coefficients[i], within(1e-6));
    }
  }

  @Test
  void theImportanceIsXpliques() {
    double[] found = new SobolIndices(3, 32).total(peers.masked);
    assertThat(found).containsExactly(peers.importance, within(1e-9));
  }

  @Test
  void thePlaneIsScipys() {
    Cav found = Cav.of(peers.examples, peers.others);
    assertThat(found.direction()).containsExactly(peers.plane, within(1e-5));
    long right = Arrays.stream(peers.examples).filter(found::has).count();
    assertThat(right).isGreaterThanOrEqualTo(7);
    double[][] along = {
      found.direction(), IntStream.range(0, 8).mapToDouble(i -> -found.direction()[i]).toArray()
    };
    assertThat(found.score(along)).isEqualTo(0.5);
  }
}
