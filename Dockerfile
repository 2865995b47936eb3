# Mission Ledger as an image: what `pip install .` does, with its ledger in a volume.
#
#   docker build -t mission-ledger .
#   docker run --rm -it -v missions:/data mission-ledger init --with nmi
#   docker run --rm -it -v missions:/data mission-ledger state nmi --on 2021-06-15
FROM python:3.13-slim
COPY . /src
RUN pip install --no-cache-dir /src && rm -r /src
RUN useradd --system mission && install -d -o mission /data
USER mission
WORKDIR /data
VOLUME /data
ENV XDG_DATA_HOME=/data LANG=C.UTF-8
ENTRYPOINT ["mission"]
CMD ["--help"]
