package dev.limelight.report;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.SessionNotCreatedException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * Chromium without a window. The browser of this machine, by its own driver; nothing is fetched.
 */
public final class Browser implements AutoCloseable {

  private static final List<String> BROWSERS =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  // Selenium warns of every browser that is younger than itself; a logger is kept as long as it is
  // held.
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  static {
    SELENIUM.setLevel(Level.SEVERE);
  }

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Opens the browser, or skips the test and says what is missing. */
  public static Browser open() {
    String named = System.getenv("LIMELIGHT_BROWSER");
    File browser = found(named == null ? BROWSERS : List.of(named));
    File driver = found(List.of("chromedriver"));
    assume(browser != null, "no browser " + (named == null ? "" : named + " ") + "is installed");
    assume(driver != null, "chromedriver is not installed");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(browser);
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--force-device-scale-factor=1",
        "--window-size=1280,1000");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder().usingDriverExecutable(driver).build();
    try {
      return new Browser(new ChromeDriver(service, options));
    } catch (SessionNotCreatedException e) {
      service.stop();
      boolean versions = e.getMessage().contains("only supports Chrome version");
      assume(!versions, driver + " is of another version than " + browser);
      throw e;
    }
  }

  private static void assume(boolean there, String reason) {
    if (!there) {
      System.out.println("skipped: " + reason);
    }
    Assumptions.assumeTrue(there, reason);
  }

  private static File found(List<String> names) {
    String path = System.getenv().getOrDefault("PATH", "");
    return names.stream()
        .flatMap(
            name ->
                Stream.concat(
                    Stream.of(Path.of(name)).filter(Path::isAbsolute),
                    Stream.of(path.split(File.pathSeparator)).map(p -> Path.of(p, name))))
        .filter(Files::isExecutable)
        .map(Path::toFile)
        .findFirst()
        .orElse(null);
  }

  /** Shows a page at a size of the window, light and on a screen, and forgets what was logged. */
  void show(Path file, int width, int height) {
    load(file, width, height);
    await(
        "the first map", () -> is("document.querySelector('.card canvas:not([hidden])') !== null"));
    settle();
  }

  /** The same for a page of any kind. */
  public void load(Path file, int width, int height) {
    command(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    media("screen", "light");
    driver.get("about:blank");
    driver.manage().logs().get(LogType.BROWSER);
    driver.manage().logs().get(LogType.PERFORMANCE);
    driver.get(file.toUri().toString());
  }

  /** Tells the page what it is shown on. */
  public void media(String type, String scheme) {
    command(
        "Emulation.setEmulatedMedia",
        Map.of(
            "media",
            type,
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  void command(String name, Map<String, Object> parameters) {
    driver.executeCdpCommand(name, parameters);
  }

  /** Waits until what is in sight was drawn anew. */
  public void settle() {
    ((JavascriptExecutor) driver)
        .executeAsyncScript(
            "const done = arguments[0]; let frames = 6;"
                + "const next = () => --frames ? requestAnimationFrame(next) : setTimeout(done, 60);"
                + "next();");
  }

  public Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  public boolean is(String expression) {
    return Boolean.TRUE.equals(run("return " + expression));
  }

  public String text(String css) {
    return String.valueOf(run("return document.querySelector(arguments[0]).textContent", css));
  }

  public List<WebElement> all(String css) {
    return driver.findElements(By.cssSelector(css));
  }

  WebElement one(String css) {
    return driver.findElement(By.cssSelector(css));
  }

  WebElement active() {
    return driver.switchTo().activeElement();
  }

  /** Types into what has the focus. */
  public void press(CharSequence... keys) {
    new Actions(driver).sendKeys(keys).perform();
    settle();
  }

  void press(int times, Keys key) {
    for (int i = 0; i < times; i++) {
      new Actions(driver).sendKeys(key).perform();
    }
    settle();
  }

  void focus(String css) {
    run("document.querySelector(arguments[0]).focus()", css);
  }

  void click(String css) {
    WebElement element = one(css);
    run("arguments[0].scrollIntoView({block: 'center'})", element);
    element.click();
    settle();
  }

  /** Goes into a frame of the page: scripts, texts and keys are then the frame's. */
  public void enter(String css) {
    driver.switchTo().frame(one(css));
  }

  /** Goes back to the page around the frames. */
  public void leave() {
    driver.switchTo().defaultContent();
  }

  /** Moves the pointer over an element, to a place given as shares of its width and height. */
  public void point(String css, double x, double y) {
    WebElement element = one(css);
    run("arguments[0].scrollIntoView({block: 'center'})", element);
    var size = element.getSize();
    new Actions(driver)
        .moveToElement(
            element,
            (int) Math.round((x - 0.5) * size.getWidth()),
            (int) Math.round((y - 0.5) * size.getHeight()))
        .perform();
    settle();
  }

  /** The pixels of a canvas, as text. */
  public String pixels(String css) {
    return String.valueOf(run("return document.querySelector(arguments[0]).toDataURL()", css));
  }

  public void await(String what, BooleanSupplier condition) {
    new WebDriverWait(driver, Duration.ofSeconds(60))
        .withMessage(what)
        .until(ignored -> condition.getAsBoolean());
  }

  public List<String> consoleMessages() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(entry -> entry.getLevel() + " " + entry.getMessage())
        .toList();
  }

  /** The DevTools protocol's messages since the page was shown, as JSON. */
  public List<String> traffic() {
    return driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
        .map(entry -> entry.getMessage())
        .toList();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
