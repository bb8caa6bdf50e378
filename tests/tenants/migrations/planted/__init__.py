"""An application with every kind of migration, planted into towns by the suite and by `make bench`."""
