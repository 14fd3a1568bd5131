"""Where the files of listings' photos are."""

from marketplace.uploads import Folder

photos = Folder("photos")
