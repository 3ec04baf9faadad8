package dev.limelight.onnx.pt2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModulePathTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|''",
        "L__self__,,Net|''",
        "L__self__,,Net;layer4,layer4,Sequential;c,layer4.1.conv2,Conv2d|layer4.1.conv2",
        "L__self__,L['self'],Net;L__self___fc,L['self'].fc,torch.nn.modules.linear.Linear|fc",
        "a,L['self'].features[3].relu,ReLU|features.3.relu",
        "a,L['self']._modules['features']._modules['0'],Conv2d|features.0",
        "a,getattr(L['self'].layer1, '0'),Block|layer1.0",
        "a,layer1.0.relu@1,ReLU|layer1.0.relu"
      })
  void theInnermostModuleIsNamedAsInPython(String stack, String module) {
    assertThat(ModulePath.of(stack == null ? "" : stack)).isEqualTo(module == null ? "" : module);
  }

  @Test
  void scopesAreThoseOfTorchsExporter() {
    assertThat(ModulePath.scopes("layer4.1.conv2", "conv2d"))
        .isEqualTo("['', 'layer4', 'layer4.1', 'layer4.1.conv2', 'conv2d']");
  }
}
