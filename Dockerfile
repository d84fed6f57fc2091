FROM python:3.11-slim

# The account that runs everything; docker-compose.yaml names it by number.
RUN groupadd --gid 50000 gongshi \
 && useradd --uid 50000 --gid gongshi --create-home gongshi \
 && install -d -o gongshi -g gongshi -m 0750 /var/lib/gongshi
WORKDIR /opt/gongshi
COPY requirements.txt pyproject.toml ./
RUN pip install --no-cache-dir "$(grep '^uv==' requirements.txt)" \
 && uv pip sync --system --no-cache requirements.txt
COPY . .
RUN uv pip install --system --no-cache --no-deps --editable .
USER 50000:50000
ENV PYTHONDONTWRITEBYTECODE=1
CMD ["python", "-m", "gongshi.service", "--help"]
