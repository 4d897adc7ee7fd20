//! What the system must have, and for what.
//!
//! Each need is a Debian package, and the sign by which it is known on a system that has it from
//! somewhere else.

/// How a need is known to be met.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sign {
    /// A program in the path.
    Program(&'static str),
    /// A library that pkg-config knows.
    Library(&'static str),
    /// A font that fontconfig knows.
    Font(&'static str),
    /// A module that the system's own Python knows.
    Python(&'static str),
    /// Part of the looks; nothing fails without it, but pictures differ.
    Looks,
}

/// Something the system must have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Need {
    /// The Debian package.
    pub(crate) package: &'static str,
    /// The sign that it is there.
    pub(crate) sign: Sign,
}

const fn program(package: &'static str, program: &'static str) -> Need {
    let sign = Sign::Program(program);
    Need { package, sign }
}

const fn library(package: &'static str, library: &'static str) -> Need {
    let sign = Sign::Library(library);
    Need { package, sign }
}

const fn font(package: &'static str, font: &'static str) -> Need {
    let sign = Sign::Font(font);
    Need { package, sign }
}

/// To build the app: the webview, the tray and its icons, encryption, the compiler they need.
pub(crate) const BUILD: &[Need] = &[
    program("build-essential", "cc"),
    program("pkg-config", "pkg-config"),
    library("libwebkit2gtk-4.1-dev", "webkit2gtk-4.1"),
    library("libayatana-appindicator3-dev", "ayatana-appindicator3-0.1"),
    library("librsvg2-dev", "librsvg-2.0"),
    library("libssl-dev", "openssl"),
    library("libxdo-dev", "libxdo"),
];

/// To show the app on a virtual desktop, with a visitor's browser beside it.
pub(crate) const DESKTOP: &[Need] = &[
    program("xvfb", "Xvfb"),
    program("openbox", "openbox"),
    program("xfce4-panel", "xfce4-panel"),
    program("xfconf", "xfconf-query"),
    program("dunst", "dunst"),
    program("gnome-keyring", "gnome-keyring-daemon"),
    program("pulseaudio", "pulseaudio"),
    program("pulseaudio-utils", "parec"),
    program("dbus", "dbus-daemon"),
    program("webkit2gtk-driver", "WebKitWebDriver"),
    program("chromium", "chromium"),
    program("chromium-driver", "chromedriver"),
    program("imagemagick", "import"),
    program("xdotool", "xdotool"),
    program("x11-utils", "xmessage"),
    font("fonts-dejavu-core", "DejaVu Sans"),
    font("fonts-inter", "Inter"),
    font("fonts-noto-color-emoji", "Noto Color Emoji"),
    Need {
        package: "adwaita-icon-theme",
        sign: Sign::Looks,
    },
];

/// To test the app: stand-ins for parts of a desktop that a virtual one has not.
pub(crate) const STAND_INS: &[Need] = &[Need {
    package: "python3-dbusmock",
    sign: Sign::Python("dbusmock"),
}];
