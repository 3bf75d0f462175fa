"""Commands of this project, beside Scrapy's own; the file's name is the command's."""
