package dev.limelight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import dev.limelight.model.Preprocessing.Filter;
import dev.limelight.model.Preprocessing.Fit;
import dev.limelight.model.PreprocessingSettings.Setting;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessingSettingsTest {

  private static final PreprocessingSettings ALL =
      PreprocessingSettings.NONE
          .with(Setting.RESIZE, "four-pixels")
          .with(Setting.CROP_SHARE, "0.875")
          .with(Setting.FIT, "stretch")
          .with(Setting.STD, "2")
          .with(Setting.MEAN, "103.9,116.8,123.7")
          .with(Setting.SCALE, "255")
          .with(Setting.CHANNEL_ORDER, "BGR")
          .with(Setting.SIZE, "160x96");

  @Test
  void settingsAreAppliedInTheirOrder() {
    assertThat(ALL.applyTo(Preprocessing.of(7, 7).imageNet()))
        .isEqualTo(
            Preprocessing.of(160, 96)
                .withBlueFirst(true)
                .withScale(255)
                .normalised(new float[] {103.9f, 116.8f, 123.7f}, new float[] {2, 2, 2})
                .fitted(Fit.STRETCH)
                .cropped(0.875)
                .withFilter(Filter.FOUR_PIXELS));
  }

  @Test
  void aSizeAloneFitsTheMiddleToIt() {
    Preprocessing given = Preprocessing.of(50, 50).fitted(Fit.STRETCH).cropped(0.5).imageNet();
    assertThat(PreprocessingSettings.NONE.with(Setting.SIZE, "64").applyTo(given))
        .isEqualTo(Preprocessing.of(64, 64).imageNet());
    assertThat(PreprocessingSettings.NONE.applyTo(given)).isEqualTo(given);
  }

  @Test
  void otherChannelsWithStatisticsOfTheirOwn() {
    Preprocessing grey =
        PreprocessingSettings.NONE
            .with(Setting.CHANNELS, "1")
            .with(Setting.MEAN, "0.5")
            .with(Setting.STD, "0.25")
            .applyTo(Preprocessing.of(8, 8).imageNet());
    assertThat(grey.channels()).isEqualTo(1);
    assertThat(grey.mean()).containsExactly(0.5f);
    assertThatThrownBy(
            () ->
                PreprocessingSettings.NONE
                    .with(Setting.MEAN, "1,2,3")
                    .applyTo(Preprocessing.of(8, 8).withChannels(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("each of the 1 channels");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SIZE|big",
        "SIZE|0",
        "SIZE|-3",
        "SIZE|3x",
        "SIZE|3x4x5",
        "SIZE|100000",
        "SIZE|9999999999",
        "CHANNELS|0",
        "CHANNELS|three",
        "CHANNEL_ORDER|grb",
        "SCALE|0",
        "SCALE|NaN",
        "MEAN|1,,2",
        "MEAN|NaN",
        "STD|0",
        "STD|1,2,-3",
        "FIT|cut",
        "CROP_SHARE|1.5",
        "CROP_SHARE|0",
        "RESIZE|cubic"
      })
  void whatIsNotOfItsFormIsRefusedByName(Setting setting, String text) {
    assertThatThrownBy(() -> PreprocessingSettings.NONE.with(setting, text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(setting.option() + " is " + setting.form() + ", but got '" + text + "'");
  }

  @Test
  void theyTravelWithAModelAndToExecutors() throws Exception {
    try (Model model = Model.newInstance("any", "PyTorch")) {
      ALL.storeIn(model);
      assertThat(PreprocessingSettings.of(model)).isEqualTo(ALL);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(ALL);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(ALL);
    }
    assertThat(ALL).asString().startsWith("--size 160x96 --channel-order BGR --scale 255 --mean");
  }

  @Test
  void aMeanOfOtherUnitsThanWhiteIsRefused() {
    PreprocessingSettings mixed =
        PreprocessingSettings.NONE.with(Setting.SCALE, "255").with(Setting.MEAN, "0.485");
    assertThatThrownBy(() -> mixed.applyTo(Preprocessing.of(8, 8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("leave out --scale");
    PreprocessingSettings symmetric =
        PreprocessingSettings.NONE.with(Setting.SCALE, "2").with(Setting.MEAN, "1");
    assertThat(symmetric.applyTo(Preprocessing.of(8, 8)).mean()).containsOnly(1);
  }
}
